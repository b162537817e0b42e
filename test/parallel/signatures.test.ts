import * as assert from 'uvu/assert'
import { readMessages } from '../../src/block/read.js'
import { signedSource, signedSourceWith } from '../../src/block/recover.js'
import { encodeBlock } from '../../src/codec/block.js'
import { bytesToHex } from '../../src/codec/hex.js'
import { recoverAddress, type SignedHash, signHash } from '../../src/codec/signature.js'
import { createEngine } from '../../src/engine.js'
import { InvalidBlockError, InvalidTransactionError } from '../../src/errors.js'
import { memoryState } from '../../src/state/memory-state.js'
import { Fork } from '../../src/types/fork.js'
import type { Transaction } from '../../src/types/transaction.js'
import { WorkerPool } from '../../src/worker/pool.js'
import { recoverOnWorkers } from '../../src/worker/signatures.js'
import { suite } from '../support/suite.js'
import { SENDER, TestChain, transfer } from '../support/test-chain.js'

const test = suite('parallel/signatures')

const rules = { fork: Fork.Osaka, chainId: 1n }
const TOO_LARGE = 2n ** 256n

/** Every seventh is one that no key can have made, in different ways. */
function signatures(count: number): SignedHash[] {
  return Array.from({ length: count }, (_, i) => {
    const hash = new Uint8Array(32).fill(i).fill(i >> 8, 0, 16)
    const signature = signHash(hash, new Uint8Array(32).fill(1 + (i % 200)))
    if (i % 7 !== 0) return { hash, signature }
    return { hash, signature: { ...signature, ...[{ r: 0n }, { s: -1n }, { r: 5n }, { s: TOO_LARGE }][(i / 7) % 4] } }
  })
}

function here(signed: readonly SignedHash[]): (Uint8Array | undefined)[] {
  return signed.map(({ hash, signature }) => recoverAddress(hash, signature))
}

async function withPool(use: (pool: WorkerPool) => Promise<void>): Promise<void> {
  const pool = new WorkerPool(2)
  try {
    await use(pool)
  } finally {
    await pool.close()
  }
}

test('threads find whom the calling thread finds, however many there are', async () => {
  await withPool(async (pool) => {
    for (const count of [0, 1, 31, 32, 33, 64, 65, 500]) {
      const signed = signatures(count)
      const expected = here(signed)
      assert.equal(await recoverOnWorkers(pool, signed), expected)
      assert.is(expected.filter((signer) => signer === undefined).length, Math.ceil(count / 7))
    }
  })
})

test('threads that die leave nothing out', async () => {
  const signed = signatures(400)
  await withPool(async (pool) => {
    await recoverOnWorkers(pool, signed)
    const recovered = recoverOnWorkers(pool, signed)
    for (const worker of pool.workers) void worker.terminate()
    assert.equal(await recovered, here(signed))
    assert.equal(await recoverOnWorkers(pool, signed), here(signed))
  })
})

test('a pool that is closed leaves it to the calling thread', async () => {
  const signed = signatures(100)
  const pool = new WorkerPool(1)
  await pool.close()
  assert.equal(await recoverOnWorkers(pool, signed), here(signed))
})

test('senders: the same messages and the same refusal', async () => {
  const good = Array.from({ length: 80 }, (_, i) => transfer({ nonce: BigInt(i) }, 1n))
  const at = (index: number, bad: Transaction) => [...good.slice(0, index), bad, ...good.slice(index)]
  const blocks = [
    good,
    at(0, { ...good[0]!, s: 0n }),
    at(40, { ...good[0]!, r: 5n }),
    at(50, transfer({}, 2n)),
    at(80, { ...good[0]!, s: TOO_LARGE }),
    at(33, transfer({}, 3n)).with(20, { ...good[0]!, r: 0n }),
  ]
  await withPool(async (pool) => {
    for (const block of blocks) {
      const expected = readMessages(signedSource(block, rules))
      const found = readMessages(await signedSourceWith((signed) => recoverOnWorkers(pool, signed), block, rules))
      assert.equal(found.messages, expected.messages)
      assert.is(found.refusal?.code, expected.refusal?.code)
      assert.equal(found.refusal?.message, expected.refusal?.message)
      assert.is(found.refusal instanceof InvalidTransactionError, block !== good)
    }
  })
})

test('an engine with threads takes a signed block as one without does, and names the transaction that nobody signed', async () => {
  const chain = new TestChain('Cancun')
  const { header: head } = chain.chain.head
  const transactions = Array.from({ length: 100 }, (_, i) => transfer({ nonce: BigInt(i) }, 1n))
  const { block, result } = chain.add({ transactions })
  const forged = chain.draft({ transactions: transactions.with(70, { ...transactions[70]!, r: 5n }) }, head)
  const { balance } = chain.chain.get(block.header.parentHash)!.state.account(SENDER)!
  for (const workers of [0, 2]) {
    const state = memoryState()
    state.set(SENDER, { balance })
    const engine = createEngine({ chain: chain.config, state, workers, head, memory: 2 ** 29 })
    try {
      const error = await engine.executeBlock(forged).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      assert.instance(error, InvalidBlockError)
      assert.is((error as InvalidBlockError).details.transaction, 70)
      const executed = await engine.executeBlock(encodeBlock(block))
      assert.equal(executed.stateRoot, bytesToHex(result.stateRoot))
      executed.commit()
    } finally {
      await engine.close()
    }
  }
})

test.run()
