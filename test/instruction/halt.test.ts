import * as assert from 'uvu/assert'
import { Fork } from '../../src/types/fork.js'
import { cost, ending, hex, MAX, play, type Scene, top, trace } from '../support/bytecode.js'
import { address, CONTRACT, SENDER } from '../support/machine.js'
import { suite } from '../support/suite.js'

const test = suite('instruction/halt')

const HEIR = address(2)
const NOBODY = address(3)
const MORTAL = address(4)
const PUSH = 3n
const CALL_MORTAL = `0 0 0 0 0 ${hex(MORTAL)} GAS CALL`
const heir: NonNullable<Scene['pre']> = [[HEIR, { balance: 1n }]]

test('stop: keeps what was done and returns nothing', () => {
  const { status, output, slot } = play('1 1 SSTORE STOP')
  assert.is(status, 0x01)
  assert.is(output.length, 0)
  assert.is(slot(CONTRACT, 1n), 1n)
})

test('stop: the end of the code is one', () => {
  assert.is(ending(''), 'Stop')
  assert.is(ending('1'), 'Stop')
})

test('return: gives the bytes of memory that are named', () => {
  assert.equal(play('0x1234 0 MSTORE 3 30 RETURN').output, Uint8Array.of(0x12, 0x34, 0))
})

test('return, revert: cost only the memory', () => {
  assert.is(cost('33 0 RETURN'), 2n * PUSH + 6n)
  assert.is(play('33 0 REVERT').gasUsed, 2n * PUSH + 6n)
})

test('return, revert: a length of zero does not look at the offset', () => {
  for (const offset of [0xfff0_0000n, MAX]) {
    assert.is(ending(`0 ${offset} RETURN`), 'Return')
    assert.is(ending(`0 ${offset} REVERT`), 'Revert')
  }
})

test('return, revert: a length that no memory can have halts', () => {
  for (const length of [1n << 32n, 1n << 64n, MAX]) {
    assert.is(ending(`${length} 0 RETURN`), 'OutOfGas')
    assert.is(ending(`${length} 0 REVERT`), 'OutOfGas')
  }
})

test('revert: undoes what was done and gives its bytes', () => {
  const { output, diff, logs } = play('1 1 SSTORE 0 0 LOG0 0xab 0 MSTORE 1 31 REVERT')
  assert.equal(output, Uint8Array.of(0xab))
  assert.equal([diff, logs], [[], []])
})

test('revert: begins with Byzantium (EIP-140)', () => {
  assert.is(ending('0 0 REVERT', { fork: Fork.SpuriousDragon }), 'UndefinedInstruction')
  assert.is(ending('0 0 REVERT', { fork: Fork.Byzantium }), 'Revert')
})

test('invalid: takes all gas and undoes what was done', () => {
  const { gasUsed, diff } = play('1 1 SSTORE INVALID', { gas: 50_000n })
  assert.is(gasUsed, 50_000n)
  assert.equal(diff, [])
})

test('selfdestruct: moves the balance to the heir', () => {
  for (const fork of [Fork.Frontier, Fork.Shanghai, Fork.Cancun] as Fork[]) {
    const { account } = play(`${hex(HEIR)} SELFDESTRUCT`, { fork, pre: heir, self: { balance: 7n } })
    assert.is(account(HEIR)?.balance, 8n)
    assert.is(account(CONTRACT)?.balance, 0n)
  }
})

test('selfdestruct: the account goes before Cancun and stays from Cancun on (EIP-6780)', () => {
  const exists = (fork: Fork) =>
    play(`${hex(HEIR)} SELFDESTRUCT`, { fork, pre: heir, self: { balance: 7n } }).account(CONTRACT)?.exists
  assert.is(exists(Fork.Shanghai), false)
  assert.is(exists(Fork.Cancun), true)
})

test('selfdestruct: what was created in the same transaction goes in every fork', () => {
  // Initcode: SENDER SELFDESTRUCT.
  const initcode = `0x73${Buffer.from(SENDER).toString('hex')}ff${'00'.repeat(10)}`
  for (const fork of [Fork.Homestead, Fork.Shanghai, Fork.Osaka] as Fork[]) {
    const { diff } = play(`${initcode} 0 MSTORE 22 0 3 CREATE`, { fork, self: { balance: 7n } })
    const left = diff.filter(({ exists }) => exists).map((account) => hex(account.address))
    assert.equal(left.sort(), [hex(CONTRACT), hex(SENDER)].sort(), `fork ${fork}`)
  }
})

test('selfdestruct: who inherits from itself burns the balance before Cancun and keeps it after', () => {
  const { account } = play('ADDRESS SELFDESTRUCT', { fork: Fork.Shanghai, self: { balance: 7n } })
  assert.is(account(CONTRACT)?.exists, false)
  assert.is(play('ADDRESS SELFDESTRUCT', { fork: Fork.Cancun, self: { balance: 7n } }).account(CONTRACT), undefined)
})

test('selfdestruct: what is destroyed still answers until the transaction ends', () => {
  const pre: Scene['pre'] = [[MORTAL, { code: 'CALLER SELFDESTRUCT' }]]
  const scene: Scene = { fork: Fork.Shanghai, pre }
  assert.is(top(`${CALL_MORTAL} POP ${hex(MORTAL)} EXTCODESIZE`, scene), 2n)
  assert.is(top(`${CALL_MORTAL} POP ${CALL_MORTAL}`, scene), 1n)
})

test('selfdestruct: is undone with the frame that called it', () => {
  const pre: Scene['pre'] = [
    [MORTAL, { balance: 3n, code: 'CALLER SELFDESTRUCT' }],
    [HEIR, { code: `${CALL_MORTAL} 0 0 REVERT` }],
  ]
  const { account } = play(`0 0 0 0 0 ${hex(HEIR)} GAS CALL`, { fork: Fork.Shanghai, pre })
  assert.is(account(MORTAL), undefined)
})

test('selfdestruct: is free, costs 5000 from Tangerine Whistle, 2600 more for a cold heir from Berlin', () => {
  const price = (fork: Fork) => cost(`${hex(HEIR)} SELFDESTRUCT`, { fork, pre: heir }) - PUSH
  assert.is(price(Fork.Homestead), 0n)
  assert.is(price(Fork.TangerineWhistle), 5000n)
  assert.is(price(Fork.Berlin), 7600n)
  assert.is(cost('CALLER SELFDESTRUCT'), 2n + 5000n)
})

test('selfdestruct: an heir that is brought into being costs 25000', () => {
  const price = (fork: Fork, balance: bigint) => cost(`${hex(NOBODY)} SELFDESTRUCT`, { fork, self: { balance } }) - PUSH
  assert.is(price(Fork.Homestead, 1n), 0n)
  assert.is(price(Fork.TangerineWhistle, 0n), 30000n)
  assert.is(price(Fork.SpuriousDragon, 0n), 5000n)
  assert.is(price(Fork.SpuriousDragon, 1n), 30000n)
  assert.is(price(Fork.Osaka, 1n), 32600n)
})

test('selfdestruct: refunds 24000 once by account, until London (EIP-3529)', () => {
  const pre: Scene['pre'] = [[MORTAL, { code: 'CALLER SELFDESTRUCT' }]]
  const refund = (fork: Fork) => trace(`${CALL_MORTAL} ${CALL_MORTAL}`, { fork, pre }).at(-1)!.refund
  assert.is(refund(Fork.Berlin), 24000n)
  assert.is(refund(Fork.London), 0n)
})

test('selfdestruct: a static call is refused', () => {
  const pre: Scene['pre'] = [[MORTAL, { code: 'CALLER SELFDESTRUCT' }]]
  assert.is(top(`0 0 0 0 ${hex(MORTAL)} 50000 STATICCALL`, { pre }), 0n)
})

test.run()
