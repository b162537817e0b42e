import * as assert from 'uvu/assert'
import { keccak256 } from '../../src/codec/keccak.js'
import { StateBackendError } from '../../src/errors.js'
import { type AccountFields, InMemoryState } from '../../src/state/in-memory.js'
import { ProvenState } from '../../src/state/proven.js'
import { addressOf, wordOf } from '../support/random-diff.js'
import { suite } from '../support/suite.js'

const test = suite('state/proven')

const HERE = addressOf(1)
const CODE = Uint8Array.of(1, 2)
const ACCOUNT: AccountFields = { nonce: 1n, balance: 2n, code: CODE, slots: [[wordOf(1), wordOf(7)]] }

function stateOf(fields: AccountFields | undefined): InMemoryState {
  const state = new InMemoryState()
  if (fields !== undefined) state.set(HERE, fields)
  return state
}

function refusal(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    assert.instance(error, StateBackendError)
    assert.is((error as StateBackendError).code, 'ProofMismatch')
    return (error as StateBackendError).message
  }
  return assert.unreachable('it was not refused') as never
}

test('what part and proof agree on is given', () => {
  const state = new ProvenState(stateOf(ACCOUNT), stateOf(ACCOUNT))
  assert.equal(state.account(HERE), { nonce: 1n, balance: 2n, codeHash: keccak256(CODE), hasStorage: true })
  assert.equal(state.slot(HERE, wordOf(1)), wordOf(7))
  assert.is(state.slot(HERE, wordOf(2)), undefined)
  assert.equal(state.code(keccak256(CODE)), CODE)
})

test('every field that differs is refused and named', () => {
  const differing: [AccountFields, RegExp][] = [
    [{ nonce: 9n }, /^nonce of 0x0+2: expected 1, as its proof says, got 9$/],
    [{ balance: 9n }, /^balance of 0x0+2: expected 2, as its proof says, got 9$/],
    [{ code: Uint8Array.of(9) }, /^code hash of 0x0+2: expected 0x/],
  ]
  for (const [fields, message] of differing) {
    const state = new ProvenState(stateOf({ ...ACCOUNT, ...fields }), stateOf(ACCOUNT))
    assert.match(
      refusal(() => state.account(HERE)),
      message,
    )
  }
  const other = new ProvenState(stateOf({ ...ACCOUNT, slots: [[wordOf(1), wordOf(8)]] }), stateOf(ACCOUNT))
  assert.match(
    refusal(() => other.slot(HERE, wordOf(1))),
    /^slot 0x0+1 of 0x0+2: expected 0x0+7/,
  )
  const extra = new ProvenState(stateOf(ACCOUNT), stateOf(undefined))
  assert.match(
    refusal(() => extra.account(HERE)),
    /expected no account/,
  )
})

test('the proof decides whether an empty account is there, and what the part does not hold', () => {
  assert.is(new ProvenState(stateOf({}), stateOf(undefined)).account(HERE), undefined)
  assert.is(new ProvenState(stateOf({}), stateOf({})).account(HERE)?.balance, 0n)
  const state = new ProvenState(stateOf(undefined), stateOf(ACCOUNT))
  assert.is(state.account(HERE)?.balance, 2n)
  assert.equal(state.slot(HERE, wordOf(1)), wordOf(7))
  assert.equal(state.code(keccak256(CODE)), CODE)
})

test.run()
