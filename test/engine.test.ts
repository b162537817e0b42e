import * as assert from 'uvu/assert'
import type { BlockReceipt } from '../src/block/block-receipt.js'
import { draftHeader } from '../src/block/draft-header.js'
import type { ChainConfig } from '../src/chain/config.js'
import { mainnet } from '../src/chain/networks.js'
import { headerHash } from '../src/codec/header.js'
import { bytesToHex } from '../src/codec/hex.js'
import { createEngine, type DraftBlock, type Engine, EngineStateError, type ExecutedBlock } from '../src/engine.js'
import { HeddleError } from '../src/errors.js'
import { type MemoryState, memoryState } from '../src/state/memory-state.js'
import { bytecode, word } from './support/bytecode.js'
import { address, CONTRACT, SENDER } from './support/machine.js'
import { suite } from './support/suite.js'

const test = suite('engine')

const CHAIN: ChainConfig = mainnet
const MEMORY = 2 ** 29
const FROM = bytesToHex(SENDER) as `0x${string}`
const TO = bytesToHex(address(7)) as `0x${string}`
const COUNTER = bytesToHex(CONTRACT) as `0x${string}`
const BALANCE = 10n ** 18n

function stateWith(): MemoryState {
  const state = memoryState()
  state.set(SENDER, { balance: BALANCE })
  state.set(CONTRACT, { nonce: 1n, code: bytecode('0 SLOAD PUSH1(1) ADD DUP1 0 SSTORE 0 MSTORE 32 0 RETURN') })
  return state
}

/** Some payments, and as many calls of the counter. */
function blockOf(count: number): DraftBlock {
  const gas = { gasLimit: 100_000n, gasPrice: 1n }
  const transactions = Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? { from: FROM, to: TO, value: 1n, ...gas } : { from: FROM, to: COUNTER, ...gas },
  )
  return { number: 20_000_000n, timestamp: 1_720_000_000n, gasLimit: 10n ** 9n, baseFee: 0n, transactions }
}

const nonceOf = ({ state }: Engine): bigint => state.account(SENDER)!.nonce

async function refused(run: () => unknown, code: string): Promise<void> {
  let caught: unknown
  try {
    await run()
  } catch (error) {
    caught = error
  }
  assert.instance(caught, HeddleError)
  assert.is((caught as HeddleError).code, code)
}

for (const workers of [0, 2]) {
  const mode = workers === 0 ? 'sequential' : 'parallel'

  test(`${mode}: a block is state once it is committed, and not before`, async () => {
    const state = stateWith()
    const engine = createEngine({ chain: CHAIN, state, workers, mode, memory: MEMORY })
    try {
      const before = state.root()
      const block = await engine.executeBlock(blockOf(4))
      assert.is(engine.state, state)
      assert.is(nonceOf(engine), 0n)
      assert.equal(state.root(), before)
      block.commit()
      assert.is(nonceOf(engine), 4n)
      assert.is(bytesToHex(state.root()), block.stateRoot)
      assert.is(engine.call({ from: FROM, to: COUNTER, gasLimit: 100_000n }).output.at(-1), '3')

      const dropped = await engine.executeBlock(blockOf(4))
      assert.is.not(dropped.stateRoot, block.stateRoot)
      dropped.discard()
      assert.is(nonceOf(engine), 4n)
      assert.is(bytesToHex(state.root()), block.stateRoot)
      assert.is((await engine.executeBlock(blockOf(4))).stateRoot, dropped.stateRoot)
    } finally {
      await engine.close()
    }
  })

  test(`${mode}: two blocks at once are refused, and so is one while another waits`, async () => {
    const engine = createEngine({ chain: CHAIN, state: stateWith(), workers, mode, memory: MEMORY })
    try {
      const first = engine.executeBlock(blockOf(100))
      await refused(() => engine.executeBlock(blockOf(1)), 'EngineBusy')
      await refused(() => engine.call({ from: FROM, to: TO, gasLimit: 30_000n }), 'EngineBusy')
      const block = await first
      await refused(() => engine.executeBlock(blockOf(1)), 'BlockPending')
      block.commit()
      await refused(() => block.commit(), 'BlockSettled')
      await refused(() => block.discard(), 'BlockSettled')
      assert.is((await engine.executeBlock(blockOf(1))).receipts.length, 1)
    } finally {
      await engine.close()
    }
  })

  test(`${mode}: a signal stops a block, and the state is what it was`, async () => {
    const engine = createEngine({ chain: CHAIN, state: stateWith(), workers, mode, memory: MEMORY })
    try {
      const abort = new AbortController()
      const onCommit = () => abort.abort()
      await refused(() => engine.executeBlock(blockOf(5_000), { signal: abort.signal, onCommit }), 'Aborted')
      assert.is(nonceOf(engine), 0n)
      const block = await engine.executeBlock(blockOf(2))
      assert.is(block.receipts.at(-1)!.cumulativeGasUsed, block.gasUsed)
      block.commit()
      assert.is(nonceOf(engine), 2n)
    } finally {
      await engine.close()
    }
  })

  test(`${mode}: receipts are the same whenever they are asked for`, async () => {
    const state = stateWith()
    const logging = bytecode('0 SLOAD PUSH1(1) ADD DUP1 0 SSTORE 0 MSTORE 7 32 0 LOG1')
    state.set(CONTRACT, { nonce: 1n, code: logging })
    const engine = createEngine({ chain: CHAIN, state, workers, mode, memory: MEMORY })
    try {
      const block = blockOf(600)
      block.transactions.push({ from: FROM, data: new Uint8Array(0), gasLimit: 100_000n, gasPrice: 1n })
      const streamed: BlockReceipt[] = []
      const executed = await engine.executeBlock(block, { onCommit: (receipt) => streamed.push(receipt) })
      executed.commit()
      // Another block takes the memory that the first one's logs stood in.
      const next = await engine.executeBlock(blockOf(600))
      next.discard()
      assert.equal(executed.receipts, streamed)
      assert.is(executed.receipts, executed.receipts)
      assert.equal(
        executed.receipts.flatMap(({ logs }) =>
          logs.map(({ address, topics, data }) => [address, topics, Number(data)]),
        ),
        Array.from({ length: 300 }, (_, index) => [COUNTER, [bytesToHex(word(7n))], index + 1]),
      )
      assert.is(executed.receipts[600]!.contractAddress?.length, 42)
      assert.is(Number(next.receipts.at(-1)!.logs[0]!.data), 600)
    } finally {
      await engine.close()
    }
  })

  test(`${mode}: receipts that nobody has asked for outlast the next block`, async () => {
    const state = stateWith()
    state.set(CONTRACT, { nonce: 1n, code: bytecode('0 SLOAD PUSH1(1) ADD DUP1 0 SSTORE 0 MSTORE CALLER 32 0 LOG1') })
    const first = blockOf(400)
    // In its middle, so that what comes after it is found behind it.
    first.transactions.splice(201, 0, { from: FROM, data: '0x00', gasLimit: 100_000n, gasPrice: 1n })
    const second = blockOf(500)
    second.transactions.reverse()
    const executed = async (asksAtOnce: boolean): Promise<BlockReceipt[][]> => {
      const engine = createEngine({ chain: CHAIN, state: state.clone(), workers, mode, memory: MEMORY })
      try {
        const blocks: ExecutedBlock[] = []
        for (const block of [first, second, first]) {
          const result = await engine.executeBlock(block)
          if (asksAtOnce) assert.is(result.receipts.length, block.transactions.length)
          result.commit()
          blocks.push(result)
        }
        return blocks.map(({ receipts }) => receipts)
      } finally {
        await engine.close()
      }
    }
    const late = await executed(false)
    assert.equal(late, await executed(true))
    const [receipts] = late
    assert.equal(
      receipts!.flatMap(({ index, contractAddress }) => (contractAddress === undefined ? [] : [index])),
      [201],
    )
    assert.equal(
      receipts!.flatMap(({ logs }) => logs.map(({ address, topics, data }) => [address, topics, Number(data)])),
      Array.from({ length: 200 }, (_, index) => [COUNTER, [bytesToHex(word(BigInt(FROM)))], index + 1]),
    )
    assert.is(
      receipts!.at(-1)!.cumulativeGasUsed,
      receipts!.reduce((sum, { gasUsed }) => sum + gasUsed, 0n),
    )
  })

  test(`${mode}: closing ends the block that is executing`, async () => {
    const engine = createEngine({ chain: CHAIN, state: stateWith(), workers, mode, memory: MEMORY })
    const ended = refused(() => engine.executeBlock(blockOf(5_000)), 'Aborted')
    await engine.close()
    await ended
    await refused(() => engine.executeBlock(blockOf(1)), 'EngineClosed')
    await engine.close()
    assert.is(nonceOf(engine), 0n)
  })

  test(`${mode}: an invalid transaction fails the block, and the next one is executed`, async () => {
    const engine = createEngine({ chain: CHAIN, state: stateWith(), workers, mode, memory: MEMORY })
    try {
      const block = blockOf(4)
      block.transactions[2]!.nonce = 9n
      await refused(() => engine.executeBlock(block), 'InvalidTransaction')
      assert.is(nonceOf(engine), 0n)
      assert.is((await engine.executeBlock(blockOf(4))).receipts.length, 4)
    } finally {
      await engine.close()
    }
  })
}

test('a state that has changed meanwhile takes no block, which can be discarded', async () => {
  const state = stateWith()
  const engine = createEngine({ chain: CHAIN, state, workers: 0, memory: MEMORY })
  const block = await engine.executeBlock(blockOf(1))
  state.set(address(9), { balance: 1n })
  await refused(() => block.commit(), 'StaleDraft')
  assert.is(nonceOf(engine), 0n)
  block.discard()
  ;(await engine.executeBlock(blockOf(1))).commit()
  assert.is(nonceOf(engine), 1n)
})

test('BLOCKHASH knows the head, its parent, and every block committed since', async () => {
  const state = stateWith()
  // Returns the hash of the block with the number that it is given.
  state.set(address(0x44), { code: bytecode('0 CALLDATALOAD BLOCKHASH 0 MSTORE 32 0 RETURN') })
  const head = draftHeader({ number: 20_000_000n, timestamp: 1_720_000_000n })
  const engine = createEngine({ chain: CHAIN, state, workers: 0, memory: MEMORY, head })
  const hashOf = (number: bigint) => {
    const to = bytesToHex(address(0x44)) as `0x${string}`
    return engine.call({ from: FROM, to, data: bytesToHex(word(number)) as `0x${string}`, gasLimit: 100_000n }).output
  }
  const hashes: string[] = []
  for (let block = 0; block < 3; block++) {
    ;(await engine.executeBlock({ transactions: [] })).commit()
    hashes.push(hashOf(20_000_000n + BigInt(block)))
  }
  assert.is(hashes[0], bytesToHex(headerHash(head)))
  assert.is(hashOf(20_000_000n), hashes[0])
  assert.is(hashOf(20_000_001n), hashes[1])
  assert.is(new Set(hashes).size, 3)
  assert.is(hashOf(19_999_999n), bytesToHex(head.parentHash))
  assert.is(hashOf(19_999_998n), bytesToHex(new Uint8Array(32)))
  await engine.close()
})

test('errors of the engine say what it is and what was expected', async () => {
  const engine = createEngine({ chain: CHAIN, state: stateWith(), workers: 0, memory: MEMORY })
  await engine.close()
  const error = await engine.executeBlock(blockOf(1)).catch((thrown: unknown) => thrown)
  assert.instance(error, EngineStateError)
  assert.match((error as Error).message, /expected an idle one, got a closed one/)
})

test.run()
