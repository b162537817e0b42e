import * as assert from 'uvu/assert'
import { createEngine } from '../../src/engine.js'
import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { Fork } from '../../src/types/fork.js'
import type { Message } from '../../src/types/transaction.js'
import { createMachine } from '../../src/wasm/machine.js'
import { blockOf, CHAIN, engineState, transfer } from '../support/engine-blocks.js'
import { CONTRACT, environmentOf, messageTo, SENDER, stateOf, withoutNonce } from '../support/machine.js'
import { suite } from '../support/suite.js'

const test = suite('parallel/messages')

const bytes = (length: number, first: number) => Uint8Array.from({ length }, (_, index) => first + index)
const WIDE = (1n << 255n) + 5n

const MESSAGES: readonly Message[] = [
  messageTo(CONTRACT, { nonce: 7n, value: WIDE, data: bytes(5, 1), maxFeePerGas: 3n, maxPriorityFeePerGas: 2n }),
  messageTo(undefined, { data: bytes(200, 3), gasLimit: 1n << 62n }),
  messageTo(CONTRACT, {
    type: 1,
    accessList: [
      { address: bytes(20, 9), storageKeys: [bytes(32, 1), bytes(32, 100)] },
      { address: bytes(20, 50), storageKeys: [] },
    ],
  }),
  withoutNonce(messageTo(CONTRACT, { type: 2, value: 1n })),
  messageTo(CONTRACT, { type: 3, maxFeePerBlobGas: WIDE, blobVersionedHashes: [bytes(32, 1), bytes(32, 2)] }),
  messageTo(CONTRACT, {
    type: 4,
    data: bytes(33, 0),
    accessList: [{ address: bytes(20, 1), storageKeys: [bytes(32, 7)] }],
    authorizations: [
      { chainId: 1n, address: bytes(20, 3), nonce: 4n, authority: bytes(20, 40) },
      { chainId: WIDE, address: bytes(20, 5), nonce: (1n << 64n) - 1n },
    ],
  }),
]

/** All of them in the memory of a machine. */
function readOf(messages: readonly Message[]): BlockMessages {
  const machine = createMachine()
  machine.startBlock(environmentOf(Fork.Prague), stateOf([]))
  const read = BlockMessages.of(machine, messages)
  assert.is(read.read(messages.length), messages.length)
  return read
}

function listOf(messages: BlockMessages): Message[] {
  return Array.from({ length: messages.length }, (_, index) => messages.written(index))
}

test('messages of every type are read as they were written', () => {
  const messages = readOf(MESSAGES)
  assert.equal(listOf(messages), MESSAGES)
})

test('those after the first ones stand where they stood, and the others are read when it is their turn', () => {
  const machine = createMachine()
  machine.startBlock(environmentOf(Fork.Prague), stateOf([]))
  const asked: number[] = []
  const read = (index: number) => {
    asked.push(index)
    return MESSAGES[index]!
  }
  const messages = new BlockMessages(machine, { count: MESSAGES.length, read })
  assert.is(messages.read(4), 4)
  const rest = messages.after(3)
  assert.is(rest.length, MESSAGES.length - 3)
  assert.is(rest.place(0), messages.place(3))
  assert.is(rest.read(100), 3)
  assert.equal(asked, [0, 1, 2, 3, 4, 5])
  assert.equal(listOf(rest), MESSAGES.slice(3))
})

test('with one that cannot be read the messages end before it, and it is not asked for again', () => {
  const machine = createMachine()
  machine.startBlock(environmentOf(Fork.Prague), stateOf([]))
  let asked = 0
  const read = (index: number) => {
    asked++
    if (index === 2) throw new RangeError('no such message')
    return MESSAGES[index]!
  }
  const messages = new BlockMessages(machine, { count: 5, read })
  const foreseen = messages.foreseen()
  assert.equal(
    [0, 1, 2, 3, 4].map((index) => foreseen.at(index)),
    [MESSAGES[0], MESSAGES[1], undefined, MESSAGES[3], MESSAGES[4]],
  )
  assert.is(messages.length, 5)
  assert.is(messages.failure, undefined)
  asked = 0
  assert.equal([messages.read(1), messages.read(4), messages.read(5)], [1, 2, 2])
  assert.is(asked, 3)
  assert.is(messages.length, 2)
  assert.is(messages.failure?.message, 'no such message')
})

test('a message that fills more than one piece of memory is whole, and so is the next', () => {
  const long = messageTo(CONTRACT, { data: new Uint8Array(3 << 20).fill(7) })
  const messages = readOf([long, MESSAGES[0]!])
  assert.is(Buffer.compare(messages.written(0).data, long.data), 0)
  assert.equal(messages.written(1), MESSAGES[0])
})

test('more than there is room for is refused by number, and with it the block alone', () => {
  const machine = createMachine({ memory: 192 << 20 })
  const start = () => machine.startBlock(environmentOf(Fork.Prague), stateOf([]))
  start()
  const long = messageTo(CONTRACT, { data: new Uint8Array(16 << 20) })
  assert.throws(
    () => BlockMessages.of(machine, Array<Message>(20).fill(long)).read(20),
    (error: { code: string; message: string }) =>
      error.code === 'HeapLimit' && /got more at transaction \d+: give the engine more memory$/.test(error.message),
  )
  start()
  const messages = BlockMessages.of(machine, MESSAGES)
  messages.read(MESSAGES.length)
  assert.equal(listOf(messages), MESSAGES)
})

test('who leaves the nonce out has the one that its sender has by then', () => {
  const machine = createMachine()
  const state = stateOf([[SENDER, { nonce: 5n, balance: 10n ** 18n }]])
  const run = (message: Message) => machine.transact(message)
  machine.startBlock(environmentOf(Fork.Prague), state)
  const fees = { maxFeePerGas: 10n }
  const numbered = [5n, 6n].map((nonce) => run(messageTo(undefined, { ...fees, nonce })).contractAddress)
  machine.startBlock(environmentOf(Fork.Prague), state)
  const creation = withoutNonce(messageTo(undefined, fees))
  assert.equal([run(creation).contractAddress, run(creation).contractAddress], numbered)
  assert.equal(machine.diff().find(({ address }) => Buffer.compare(address, SENDER) === 0)?.nonce, 7n)
})

test('no nonce comes after the last', () => {
  const machine = createMachine()
  machine.startBlock(environmentOf(Fork.Prague), stateOf([[SENDER, { nonce: (1n << 64n) - 1n, balance: 10n ** 18n }]]))
  assert.throws(
    () => machine.transact(withoutNonce(messageTo(CONTRACT, { maxFeePerGas: 10n }))),
    /expected a nonce below 2\^64 - 1, got 18446744073709551615/,
  )
})

test('the event loop turns while a large block is read', async () => {
  const engine = createEngine({ chain: CHAIN, state: engineState(), workers: 0 })
  const valid = Array.from({ length: 60_000 }, () => transfer(0))
  let turns = 0
  const turn = () => {
    turns++
    timer = setImmediate(turn)
  }
  let timer = setImmediate(turn)
  try {
    // The last one cannot be read, so that all turns are of reading.
    await engine.executeBlock(blockOf([...valid, { ...transfer(0), to: '0x12' }]))
    assert.unreachable()
  } catch (error) {
    assert.is((error as Error).message, 'transactions[60000].to: expected 20 bytes of hex, got "0x12"')
  } finally {
    clearImmediate(timer)
  }
  assert.ok(turns > 2, `the event loop turned ${turns} times`)
  const { receipts } = await engine.executeBlock(blockOf(valid.slice(0, 3)))
  assert.is(receipts.length, 3)
  await engine.close()
})

test.run()
