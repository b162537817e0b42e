import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { bigIntToBytes } from '../../src/codec/bytes.js'
import { bytesToHex } from '../../src/codec/hex.js'
import { KECCAK_EMPTY, keccak256 } from '../../src/codec/keccak.js'
import { InputError, ResourceLimitError, StateBackendError } from '../../src/errors.js'
import { SharedMemoryState } from '../../src/state/shared-memory.js'
import { openBackend } from '../../src/state/shared-reader.js'
import { allocateShared, createSecret, hashWords } from '../../src/state/shared-table.js'
import { AccountAnswer, type AccountDiff, type BackendDescriptor, type DirectBackend } from '../../src/types/state.js'
import { suite } from '../support/suite.js'

const test = suite('state/shared-memory')

const address = (id: number) => bigIntToBytes(BigInt(id), 20)
const word = (value: number | bigint) => bigIntToBytes(BigInt(value), 32)

function diffOf(id: number, change: Partial<AccountDiff> = {}): AccountDiff {
  const account = { exists: true, nonce: 1n, balance: 2n, codeHash: KECCAK_EMPTY, storageCleared: false, slots: [] }
  return { address: address(id), ...account, ...change }
}

const gone = (id: number) => diffOf(id, { exists: false, nonce: 0n, balance: 0n, storageCleared: true })

test('an account is what was set, and unknown before', () => {
  const state = new SharedMemoryState()
  assert.is(state.account(address(1)), undefined)
  assert.is(state.slot(address(1), word(1)), undefined)
  state.set(address(1), { nonce: 3n, balance: 4n, code: Uint8Array.of(0), slots: [[word(1), word(2)]] })
  const codeHash = keccak256(Uint8Array.of(0))
  assert.equal(state.account(address(1)), { nonce: 3n, balance: 4n, codeHash, hasStorage: true })
  assert.equal(state.slot(address(1), word(1)), word(2))
  assert.is(state.slot(address(1), word(2)), undefined)
  assert.is(state.slot(address(2), word(1)), undefined)
  assert.equal(state.code(codeHash), Uint8Array.of(0))
  assert.equal(state.code(KECCAK_EMPTY), new Uint8Array(0))
})

test('quantities of every width come back', () => {
  const state = new SharedMemoryState()
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.integer({ min: 0, max: 256 }), (nonce, bits) => {
      const balance = 2n ** BigInt(bits) - 1n
      state.set(address(1), { nonce, balance })
      assert.equal(state.account(address(1)), { nonce, balance, codeHash: KECCAK_EMPTY, hasStorage: false })
    }),
  )
})

test('a code that is not known by its bytes is missing, until they come', () => {
  const state = new SharedMemoryState()
  const bytes = Uint8Array.of(1, 2, 3)
  const codeHash = keccak256(bytes)
  const isMissing = (error: unknown) => error instanceof StateBackendError && error.code === 'MissingCode'
  assert.throws(() => state.code(codeHash), isMissing)
  state.applyDiff([diffOf(1, { codeHash })])
  assert.equal(state.account(address(1))!.codeHash, codeHash)
  assert.throws(() => state.code(codeHash), isMissing)
  state.applyDiff([diffOf(2, { codeHash, code: bytes })])
  assert.equal(state.code(codeHash), bytes)
  state.code(codeHash)[0] = 9
  assert.equal(state.code(codeHash), bytes, 'what is given out is a copy')
})

test('keys, values and quantities of a wrong size are refused', () => {
  const state = new SharedMemoryState()
  const isInput = (code: string) => (error: unknown) => error instanceof InputError && error.code === code
  assert.throws(() => state.account(word(1)), isInput('FieldLength'))
  assert.throws(() => state.slot(address(1), address(1)), isInput('FieldLength'))
  assert.throws(() => state.code(address(1)), isInput('FieldLength'))
  assert.throws(() => state.set(address(1), { slots: [[word(1), address(1)]] }), isInput('FieldLength'))
  assert.throws(() => state.set(address(1), { balance: 2n ** 256n }), isInput('FieldOverflow'))
  assert.throws(() => state.set(address(1), { balance: -1n }), isInput('FieldOverflow'))
  assert.throws(() => state.set(address(1), { nonce: 2n ** 64n }), isInput('FieldOverflow'))
})

test('memory that the machine does not have is a limit, not a crash', () => {
  const isLimit = (error: unknown) => error instanceof ResourceLimitError && error.code === 'MemoryLimit'
  assert.throws(() => allocateShared(2 ** 50), isLimit)
})

test('cleared storage keeps what was written after, and an account that comes back has none of its old slots', () => {
  const state = new SharedMemoryState()
  state.set(address(1), {
    slots: [
      [word(1), word(2)],
      [word(2), word(3)],
    ],
  })
  state.applyDiff([diffOf(1, { storageCleared: true, slots: [[word(3), word(4)]] })])
  assert.equal(state.slots(address(1)), [[word(3), word(4)]])
  state.applyDiff([gone(1)])
  assert.is(state.account(address(1)), undefined)
  assert.is(state.slot(address(1), word(3)), undefined)
  assert.equal([...state.addresses()], [])
  state.applyDiff([diffOf(1, { slots: [[word(2), word(5)]] })])
  assert.is(state.account(address(1))!.hasStorage, true)
  assert.equal(state.slots(address(1)), [[word(2), word(5)]])
  state.applyDiff([diffOf(1, { slots: [[word(2), word(0)]] })])
  assert.is(state.account(address(1))!.hasStorage, false)
})

test('tables grow with what is alive, and drop the dead', () => {
  const state = new SharedMemoryState()
  const count = 3000
  for (let id = 1; id <= count; id++) {
    const slots = [1, 2, 3].map((key) => [word(key), word(id * key)] as const)
    state.set(address(id), { balance: BigInt(id), code: bigIntToBytes(BigInt(id), 40), slots })
  }
  const { bytes, ...counts } = state.size()
  assert.equal(counts, { accounts: count, slots: 3 * count, codes: count })
  for (let id = 1; id <= count; id++) {
    const { balance, codeHash } = state.account(address(id))!
    assert.is(balance, BigInt(id))
    assert.equal(state.code(codeHash), bigIntToBytes(BigInt(id), 40))
    for (const key of [1, 2, 3]) assert.equal(state.slot(address(id), word(key)), word(id * key))
  }
  // A chain that makes and deletes accounts for ever, with storage, needs no more memory than one that does it once.
  for (let round = 1; round <= 10; round++) {
    const diff: AccountDiff[] = []
    for (let id = 0; id < 1000; id++) diff.push(diffOf(round * 10_000 + id, { slots: [[word(id + 1), word(7)]] }))
    state.applyDiff(diff)
    state.applyDiff(diff.map(({ address }) => ({ ...gone(1), address })))
  }
  assert.equal(state.size(), { ...state.size(), ...counts })
  assert.ok(state.size().bytes <= 4 * bytes, `${bytes} bytes became ${state.size().bytes}`)
  for (let id = 1; id <= count; id++) assert.equal(state.slot(address(id), word(3)), word(id * 3))
})

interface ModelAccount {
  nonce: bigint
  balance: bigint
  codeHash: string
  slots: Map<string, string>
}
type Model = Map<string, ModelAccount>

const copyOf = (model: Model): Model =>
  new Map([...model].map(([id, account]) => [id, { ...account, slots: new Map(account.slots) }]))

function applyToModel(model: Model, { address, exists, nonce, balance, codeHash, storageCleared, slots }: AccountDiff) {
  const id = bytesToHex(address)
  const kept = storageCleared ? undefined : model.get(id)?.slots
  model.delete(id)
  if (!exists) return
  const written = kept ?? new Map<string, string>()
  for (const [key, value] of slots) {
    if (value.some((byte) => byte !== 0)) written.set(bytesToHex(key), bytesToHex(value))
    else written.delete(bytesToHex(key))
  }
  model.set(id, { nonce, balance, codeHash: bytesToHex(codeHash), slots: written })
}

const { balance, nonce, exists, hasStorage, codeHash, address: question, words } = AccountAnswer

/** What a reader writes when it is asked for all accounts at once. */
function answersTo(reader: DirectBackend, ids: readonly number[]): Int32Array {
  // What was there before must not shine through.
  const answers = new Int32Array(ids.length * words + 8).fill(-1).subarray(8)
  const bytes = new Uint8Array(answers.buffer)
  for (const [place, id] of ids.entries()) bytes.set(address(id), 32 + 4 * (place * words + question))
  reader.readAccountsInto(new Int32Array(answers.buffer), 32, ids.length)
  return answers
}

function bigintOf(limbs: Int32Array): bigint {
  return limbs.reduceRight((sum, limb) => (sum << 32n) | BigInt(limb >>> 0), 0n)
}

/** By reading, as an object and into memory, and by walking. */
function assertSame(state: SharedMemoryState, model: Model, ids: readonly number[], keys: readonly number[]): void {
  const reader = openBackend(structuredClone(state.share().data))
  const memory = new Int32Array(64)
  const answers = answersTo(reader, ids)
  const bytes = new Uint8Array(memory.buffer)
  for (const [place, id] of ids.entries()) {
    const expected = model.get(bytesToHex(address(id)))
    const account = reader.account(address(id))
    bytes.set(address(id), 4)
    const answer = answers.subarray(place * words, (place + 1) * words)
    assert.is(account === undefined, expected === undefined)
    assert.is(answer[exists], account === undefined ? 0 : 1)
    assert.is(answer[hasStorage], account?.hasStorage ? 1 : 0)
    assert.is(bigintOf(answer.subarray(balance, balance + 8)), expected?.balance ?? 0n)
    assert.is(bigintOf(answer.subarray(nonce, nonce + 2)), expected?.nonce ?? 0n)
    const hash = Uint8Array.from(new Uint8Array(answer.buffer, answer.byteOffset + 4 * codeHash, 32))
    assert.is(bytesToHex(hash), expected?.codeHash ?? bytesToHex(KECCAK_EMPTY))
    if (account !== undefined && expected !== undefined) {
      const { nonce, balance, codeHash, hasStorage } = account
      const { slots, ...fields } = expected
      assert.equal({ nonce, balance, codeHash: bytesToHex(codeHash) }, fields)
      assert.is(hasStorage, slots.size > 0)
    }
    for (const key of keys) {
      const value = expected?.slots.get(bytesToHex(word(key)))
      const read = reader.slot(address(id), word(key))
      assert.is(read === undefined ? undefined : bytesToHex(read), value)
      bytes.set(word(key), 128)
      reader.readSlotInto(memory, 4, 128, 160)
      assert.is(bytesToHex(bytes.slice(160, 192)), value ?? bytesToHex(word(0)))
    }
    const slots = state.slots(address(id)).map(([key, value]) => [bytesToHex(key), bytesToHex(value)] as const)
    assert.equal(new Map(slots), expected?.slots ?? new Map())
    assert.is(slots.length, expected?.slots.size ?? 0)
  }
  const addresses = [...state.addresses()].map((bytes) => bytesToHex(bytes))
  assert.equal(addresses.sort(), [...model.keys()].sort())
  const size = state.size()
  assert.is(size.accounts, model.size)
  assert.is(
    size.slots,
    [...model.values()].reduce((sum, { slots }) => sum + slots.size, 0),
  )
}

const ID_COUNT = 5
const KEY_COUNT = 4
const change = fc.record({
  id: fc.integer({ min: 0, max: ID_COUNT - 1 }),
  exists: fc.boolean(),
  nonce: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  balance: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
  code: fc.integer({ min: 0, max: 3 }),
  storageCleared: fc.boolean(),
  slots: fc.uniqueArray(
    fc.tuple(fc.integer({ min: 0, max: KEY_COUNT - 1 }), fc.oneof(fc.constant(0n), fc.bigInt(0n, 2n ** 256n - 1n))),
    { selector: ([key]) => key, maxLength: KEY_COUNT },
  ),
})
/** How many accounts that nobody asks for come and go first, so that tables grow and are renumbered at any moment. */
const step = fc.record({ onCopy: fc.boolean(), copies: fc.boolean(), ballast: fc.nat(150), change })

test('diffs on a state and its copies do what they do on plain maps', () => {
  const ids = Array.from({ length: ID_COUNT }, (_, id) => id)
  const keys = Array.from({ length: KEY_COUNT }, (_, key) => key)
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let states = [new SharedMemoryState(), new SharedMemoryState()] as const
      let models: readonly [Model, Model] = [new Map(), new Map()]
      let ballastId = 1000
      for (const { onCopy, copies, ballast, change } of steps) {
        if (copies) {
          states = [states[0], states[0].clone()]
          models = [models[0], copyOf(models[0])]
        }
        const target = onCopy ? 1 : 0
        const passing = Array.from({ length: ballast }, () => diffOf(ballastId++, { slots: [[word(1), word(1)]] }))
        states[target].applyDiff(passing)
        states[target].applyDiff(passing.map(({ address }) => ({ ...gone(0), address })))
        const { id, exists, nonce, balance, code, storageCleared, slots } = change
        const bytes = code === 0 ? new Uint8Array(0) : new Uint8Array(code * 7000).fill(code)
        const written = slots.map(([key, value]): [Uint8Array, Uint8Array] => [word(key), word(value)])
        const own = { exists, nonce, balance, code: bytes, codeHash: keccak256(bytes), storageCleared, slots: written }
        const diff = exists ? diffOf(id, own) : gone(id)
        states[target].applyDiff([diff])
        applyToModel(models[target], diff)
        for (const which of [0, 1] as const) assertSame(states[which], models[which], ids, keys)
        if (exists) assert.equal(states[target].code(keccak256(bytes)), bytes)
      }
    }),
    { numRuns: 60 },
  )
})

/** A thread that answers {address, key} with what it reads, through nothing but the descriptor. */
const READER = `
  const { parentPort } = require('node:worker_threads')
  parentPort.on('message', async ({ descriptor, questions }) => {
    const { openBackend } = await import(descriptor.module)
    const backend = openBackend(descriptor.data)
    parentPort.postMessage(questions.map(({ address, key }) => {
      const account = backend.account(address)
      const code = account && backend.code(account.codeHash)
      return { account, code, slot: backend.slot(address, key) }
    }))
  })
`

test('threads read what the owner wrote, before and after the tables have grown', async () => {
  const state = new SharedMemoryState()
  const threads = [1, 2].map(() => new Worker(READER, { eval: true }))
  const ask = async (descriptor: BackendDescriptor, questions: { address: Uint8Array; key: Uint8Array }[]) => {
    const answers = threads.map((thread) => once(thread, 'message'))
    for (const thread of threads) thread.postMessage({ descriptor, questions })
    return (await Promise.all(answers)).map(([answer]) => answer as unknown[])
  }
  try {
    let written = 0
    for (const count of [10, 2000]) {
      while (written < count) {
        written++
        const slots = [[word(written), word(written * 3)]] as const
        state.set(address(written), { nonce: BigInt(written), code: word(written), slots })
      }
      state.applyDiff([gone(5)])
      const questions = [1, 2, 5, 10, 2000, 3000].map((id) => ({ address: address(id), key: word(id) }))
      const expected = questions.map(({ address, key }) => {
        const account = state.account(address)
        return { account, code: account && state.code(account.codeHash), slot: state.slot(address, key) }
      })
      assert.is(expected[0]!.account!.nonce, 1n)
      assert.is(expected[2]!.account, undefined)
      for (const answers of await ask(state.share(), questions)) assert.equal(answers, expected)
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
})

test('sharing again costs nothing while nothing was replaced', () => {
  const state = new SharedMemoryState()
  const before = state.share()
  state.set(address(1), { balance: 1n })
  assert.is(state.share(), before)
  const reader = openBackend(before.data)
  state.set(address(1), { balance: 2n, slots: [[word(1), word(2)]] })
  assert.is(reader.account(address(1))!.balance, 2n)
  assert.equal(reader.slot(address(1), word(1)), word(2))
})

test('each state hashes with a secret of its own', () => {
  const secretOf = (state: SharedMemoryState) =>
    bytesToHex(new Uint8Array((state.share().data as { secret: SharedArrayBuffer }).secret))
  assert.is.not(secretOf(new SharedMemoryState()), secretOf(new SharedMemoryState()))
})

test('no secret lets keys with structure collide', () => {
  const shapes: ((a: number, b: number) => [number, number])[] = [
    // The sets that xor, multiply and shift with a secret only at the start take together: see hashWords.
    (a, b) => [a << 24, (b << 24) | (b << 9)],
    (a, b) => [a << 24, (b << 24) | (b << 8)],
    (a, b) => [a, b],
    (a, b) => [a << 16, b << 16],
    (a, b) => [(a << 24) | (b << 16), 0],
  ]
  for (let round = 0; round < 5; round++) {
    const secret = new Int32Array(createSecret())
    for (const shape of shapes) {
      const hashes = new Set<number>()
      for (let a = 0; a < 128; a++)
        for (let b = 0; b < 128; b++) hashes.add(hashWords(secret, Int32Array.of(0, ...shape(a, b)), 0, 3))
      // Two of 2^14 random numbers of 32 bits are the same in 3% of the cases.
      assert.ok(hashes.size > 16384 - 8, `${16384 - hashes.size} of 16384 keys collide`)
    }
  }
})

test.run()
