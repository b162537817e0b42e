import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { headerHash } from '../../src/codec/header.js'
import { bytesToHex } from '../../src/codec/hex.js'
import { keccak256 } from '../../src/codec/keccak.js'
import { StateBackendError } from '../../src/errors.js'
import { TrieState } from '../../src/state/trie-state.js'
import { openWitness, recordWitness, type Witness } from '../../src/state/witness.js'
import { Fork } from '../../src/types/fork.js'
import type { BlockHeader } from '../../src/types/header.js'
import type { StateBackend, StateDiff } from '../../src/types/state.js'
import { headerAt } from '../support/header.js'
import { ACCOUNTS, addressOf, randomDiff, SLOTS, wordOf } from '../support/random-diff.js'
import { suite } from '../support/suite.js'

const test = suite('state/witness')

/** What a block reads, and the diffs after each of its transactions. */
interface Work {
  reads: [account: number, slot: number][]
  steps: StateDiff[]
}

const work: fc.Arbitrary<Work> = fc.record({
  reads: fc.array(fc.tuple(fc.nat(ACCOUNTS - 1), fc.nat(SLOTS - 1)), { maxLength: 10 }),
  steps: fc.array(randomDiff, { maxLength: 3 }),
})

function read(state: StateBackend, { reads }: Work): unknown[] {
  return reads.map(([id, slot]) => {
    const account = state.account(addressOf(id))
    const code = account === undefined ? undefined : bytesToHex(state.code(account.codeHash))
    return [account, code, state.slot(addressOf(id), wordOf(slot))]
  })
}

/** As a block before Byzantium: a root after each transaction, on a copy of the state that is read. */
function perform(state: TrieState, job: Work): unknown[] {
  const found = read(state, job)
  const post = state.clone()
  const roots = job.steps.map((diff) => {
    post.applyDiff(diff)
    return bytesToHex(post.root())
  })
  return [...found, ...roots]
}

function stateOf(diff: StateDiff): { state: TrieState; parent: BlockHeader } {
  const state = new TrieState()
  state.applyDiff(diff)
  return { state, parent: { ...headerAt(Fork.Cancun), stateRoot: state.root() } }
}

function open(witness: Witness): TrieState {
  return openWitness(witness, headerHash(witness.headers[0]!)).state
}

test('the witness of a block is enough to execute it again', () => {
  fc.assert(
    fc.property(randomDiff, work, (before, job) => {
      const { state, parent } = stateOf(before)
      const { result, witness } = recordWitness(state, [parent], headerHash(parent), () => perform(state, job))
      assert.equal(perform(open(witness), job), result)
      assert.equal(perform(state, job), result)
    }),
    { numRuns: 300 },
  )
})

test('a witness recorded on a witness is the same, and has no node that is not needed', () => {
  fc.assert(
    fc.property(randomDiff, work, fc.nat(), (before, job, pick) => {
      const { state, parent } = stateOf(before)
      const first = recordWitness(state, [parent], headerHash(parent), () => perform(state, job)).witness
      const again = open(first)
      const { witness } = recordWitness(again, [parent], headerHash(parent), () => perform(again, job))
      const names = (nodes: Uint8Array[]) => nodes.map((node) => bytesToHex(node)).sort()
      assert.equal(names(witness.state), names(first.state))
      if (first.state.length === 0) return
      const gone = pick % first.state.length
      const hash = bytesToHex(keccak256(first.state[gone]!))
      const lesser = open({ ...first, state: first.state.filter((_, index) => index !== gone) })
      try {
        perform(lesser, job)
      } catch (error) {
        assert.instance(error, StateBackendError)
        const { code, details, message } = error as StateBackendError
        assert.is(code, 'MissingNode')
        assert.is(details.hash, hash)
        assert.type(details.path, 'string')
        assert.type(details.account, 'string')
        assert.match(message, String(details.account))
        return
      }
      assert.unreachable(`nothing missed the node ${hash}`)
    }),
    { numRuns: 300 },
  )
})

test('a state after its recording records no more', () => {
  const { state, parent } = stateOf([])
  recordWitness(state, [parent], headerHash(parent), () => {})
  assert.equal(state.stopRecording(), { nodes: [], codes: [] })
})

function chainOf(length: number): BlockHeader[] {
  const headers: BlockHeader[] = []
  for (let number = 0; number < length; number++) {
    const parentHash = headers[0] === undefined ? wordOf(0) : headerHash(headers[0])
    headers.unshift({ ...headerAt(Fork.Cancun), number: BigInt(number), parentHash })
  }
  return headers
}

test('headers are those back to the oldest hash that was asked for', () => {
  const headers = chainOf(20)
  const { witness, result } = recordWitness(new TrieState(), headers, headerHash(headers[0]!), (blockHash) => [
    bytesToHex(blockHash(15n)),
    bytesToHex(blockHash(17n)),
  ])
  assert.equal(witness.headers, headers.slice(0, 5))
  const { blockHash } = openWitness(witness, headerHash(headers[0]!))
  assert.equal([bytesToHex(blockHash(15n)), bytesToHex(blockHash(17n))], result)
  assert.is(result[0], bytesToHex(headerHash(headers[4]!)))
  assert.throws(() => blockHash(14n), /block 14/)
})

test('a header that is not the one its child names is missing', () => {
  const headers = chainOf(5)
  const forged = headers.map((header, index) => (index === 2 ? { ...header, gasUsed: 1n } : header))
  const { blockHash } = openWitness({ headers: forged, state: [], codes: [] }, headerHash(headers[0]!))
  assert.equal(blockHash(3n), headerHash(headers[1]!))
  assert.throws(
    () => blockHash(2n),
    (error: unknown) => error instanceof StateBackendError && error.code === 'MissingHeader',
  )
  assert.throws(() => openWitness({ headers, state: [], codes: [] }, wordOf(1)), /expected a header with hash 0x0*1,/)
})

test.run()
