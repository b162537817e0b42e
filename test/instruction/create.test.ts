import { keccak_256 } from '@noble/hashes/sha3.js'
import * as assert from 'uvu/assert'
import { Fork } from '../../src/types/fork.js'
import { bytecode, cost, ending, hex, numberOf, play, type Scene, top, word } from '../support/bytecode.js'
import { address, CONTRACT } from '../support/machine.js'
import { suite } from '../support/suite.js'

const test = suite('instruction/create')

const OTHER = address(2)
const PUSH = 3n
const CREATES = ['CREATE', 'CREATE2']

/** Creates with an initcode of at most 32 bytes, and a salt of 5. */
function create(name: string, initcode: string, value = 0n): string {
  const bytes = bytecode(initcode)
  const padded = numberOf(bytes) << BigInt(8 * (32 - bytes.length))
  return `${padded} 0 MSTORE ${name === 'CREATE2' ? '5' : ''} ${bytes.length} 0 ${value} ${name}`
}

/** keccak256(rlp([creator, nonce])) for nonces that are one byte in RLP. */
function addressByNonce(creator: Uint8Array, nonce: number): Uint8Array {
  return keccak_256(Uint8Array.of(0xd6, 0x94, ...creator, nonce === 0 ? 0x80 : nonce)).subarray(12)
}

function addressBySalt(creator: Uint8Array, salt: bigint, initcode: Uint8Array): Uint8Array {
  return keccak_256(Uint8Array.of(0xff, ...creator, ...word(salt), ...keccak_256(initcode))).subarray(12)
}

const DEPLOYS_TWO_BYTES = '0x5b00 0 MSTORE 2 30 RETURN'

test('create: the address comes from the creator’s nonce, which grows by one', () => {
  const { word: created, account } = play(`${create('CREATE', '')} 0 MSTORE 32 0 RETURN`)
  assert.is(created, numberOf(addressByNonce(CONTRACT, 1)))
  assert.is(account(CONTRACT)?.nonce, 2n)
})

test('create: nonces of several bytes are encoded as RLP has them', () => {
  for (const [nonce, encoded] of [
    [0x80n, [0x81, 0x80]],
    [0x1234n, [0x82, 0x12, 0x34]],
    [(1n << 64n) - 2n, [0x88, 255, 255, 255, 255, 255, 255, 255, 254]],
  ] as [bigint, number[]][]) {
    const list = Uint8Array.of(0xd5 + encoded.length, 0x94, ...CONTRACT, ...encoded)
    assert.is(top(create('CREATE', ''), { self: { nonce } }), numberOf(keccak_256(list).subarray(12)), String(nonce))
  }
})

test('create2: the address comes from salt and initcode (EIP-1014)', () => {
  const expected = addressBySalt(CONTRACT, 5n, bytecode(DEPLOYS_TWO_BYTES))
  assert.is(top(create('CREATE2', DEPLOYS_TWO_BYTES)), numberOf(expected))
})

test('create: what the initcode returns becomes the code, and a contract begins with nonce 1', () => {
  for (const name of CREATES) {
    const { word: created, diff } = play(`${create(name, DEPLOYS_TWO_BYTES)} 0 MSTORE 32 0 RETURN`)
    const made = diff.find((account) => numberOf(account.address) === created)
    assert.equal(made?.code, Uint8Array.of(0x5b, 0x00))
    assert.is(made?.nonce, 1n)
  }
})

test('create: contracts begin with nonce 0 before Spurious Dragon (EIP-161)', () => {
  const { diff } = play(create('CREATE', DEPLOYS_TWO_BYTES), { fork: Fork.TangerineWhistle })
  assert.is(diff.find(({ code }) => code?.length === 2)?.nonce, 0n)
})

test('create: the new account gets the value', () => {
  for (const name of CREATES) {
    const { diff } = play(create(name, DEPLOYS_TWO_BYTES, 3n), { self: { balance: 5n } })
    assert.is(diff.find(({ code }) => code?.length === 2)?.balance, 3n)
  }
})

test('create: success leaves no return data, a revert leaves what it gave', () => {
  for (const name of CREATES) {
    assert.is(top(`${create(name, DEPLOYS_TWO_BYTES)} POP RETURNDATASIZE`), 0n)
    assert.is(top(`${create(name, '9 0 REVERT')} POP RETURNDATASIZE`), 9n)
    assert.is(top(create(name, '9 0 REVERT')), 0n)
  }
})

test('create: a creation that fails keeps the creator’s nonce, and nothing else', () => {
  for (const name of CREATES) {
    const { account, diff } = play(create(name, '1 1 SSTORE INVALID', 1n), { self: { balance: 5n }, gas: 100_000n })
    assert.is(account(CONTRACT)?.nonce, 2n)
    assert.is(account(CONTRACT)?.balance, 5n)
    assert.is(diff.length, 1)
  }
})

test('create: more value than there is gives 0 and leaves the nonce', () => {
  for (const name of CREATES) {
    const { word: created, account } = play(`${create(name, '', 1n)} 0 MSTORE 32 0 RETURN`)
    assert.is(created, 0n)
    assert.is(account(CONTRACT), undefined)
  }
})

test('create: a creator whose nonce is at its end gives 0 (EIP-2681)', () => {
  for (const name of CREATES) assert.is(top(create(name, ''), { self: { nonce: (1n << 64n) - 1n } }), 0n, name)
})

test('create: an address that has a nonce, code or storage is taken, and takes all the gas', () => {
  const fields: object[] = [{ nonce: 1n }, { code: '1' }, { slots: [[word(1n), word(1n)]] }]
  const gas = 200_000n
  for (const taken of fields) {
    const pre: Scene['pre'] = [[addressByNonce(CONTRACT, 1), taken]]
    assert.is(top(create('CREATE', ''), { pre, gas }), 0n)
    const left = top(`${create('CREATE', '')} POP GAS`, { pre, gas })
    assert.ok(left < gas / 64n, `${left} gas left`)
  }
})

test('create: an address that has a balance is free, and keeps it', () => {
  const created = addressByNonce(CONTRACT, 1)
  const { account } = play(create('CREATE', DEPLOYS_TWO_BYTES, 2n), {
    self: { balance: 5n },
    pre: [[created, { balance: 40n }]],
  })
  assert.is(account(created)?.balance, 42n)
})

test('create: costs 32000, 2 by word of initcode from Shanghai on (EIP-3860)', () => {
  const program = '64 0 0 CREATE'
  assert.is(cost(program, { fork: Fork.Paris }), 3n * PUSH + 32000n + 6n)
  assert.is(cost(program, { fork: Fork.Shanghai }), 3n * PUSH + 32000n + 6n + 4n)
})

test('create2: costs 6 more by word, for the hash', () => {
  const program = '5 64 0 0 CREATE2'
  assert.is(cost(program, { fork: Fork.Paris }), 4n * PUSH + 32000n + 6n + 12n)
  assert.is(cost(program, { fork: Fork.Shanghai }), 4n * PUSH + 32000n + 6n + 12n + 4n)
})

test('create: code costs 200 by byte', () => {
  assert.is(
    cost(create('CREATE', DEPLOYS_TWO_BYTES)) - cost(create('CREATE', DEPLOYS_TWO_BYTES.replace('2 30', '0 30'))),
    2n * 200n,
  )
})

test('create: code that cannot be paid for is left out before Homestead, and fails the creation after', () => {
  // 300 bytes of code cost 60000.
  const program = `${create('CREATE', '300 0 RETURN')} 0 MSTORE 32 0 RETURN`
  const scene: Scene = { gas: 60_000n }
  const frontier = play(program, { ...scene, fork: Fork.Frontier })
  assert.is(frontier.word, numberOf(addressByNonce(CONTRACT, 1)))
  assert.is(frontier.account(addressByNonce(CONTRACT, 1))?.exists, true)
  assert.is(frontier.account(addressByNonce(CONTRACT, 1))?.code, undefined)
  assert.is(ending(program, { ...scene, fork: Fork.Homestead }), 'OutOfGas')
  assert.is(play(program, { ...scene, fork: Fork.TangerineWhistle }).word, 0n)
})

test('create: code of 24576 bytes is the longest from Spurious Dragon on (EIP-170)', () => {
  const gas = 10_000_000n
  assert.ok(top(create('CREATE', '24576 0 RETURN'), { gas }) > 0n)
  assert.is(top(create('CREATE', '24577 0 RETURN'), { gas }), 0n)
  assert.ok(top(create('CREATE', '24577 0 RETURN'), { gas, fork: Fork.TangerineWhistle }) > 0n)
})

test('create: code that begins with 0xef is refused from London on (EIP-3541)', () => {
  const initcode = '0xef 0 MSTORE8 1 0 RETURN'
  assert.ok(top(create('CREATE', initcode), { fork: Fork.Berlin }) > 0n)
  assert.is(top(create('CREATE', initcode), { fork: Fork.London }), 0n)
})

test('create: initcode of 49152 bytes is the longest from Shanghai on (EIP-3860)', () => {
  for (const [name, salt] of [
    ['CREATE', ''],
    ['CREATE2', '5'],
  ]) {
    assert.is(ending(`${salt} 49152 0 0 ${name}`), 'Stop')
    assert.is(ending(`${salt} 49153 0 0 ${name}`), 'InitcodeTooLarge')
    assert.is(ending(`${salt} 49153 0 0 ${name}`, { fork: Fork.Paris }), 'Stop')
  }
})

test('create: a length of zero does not look at the offset', () => {
  assert.is(top(`0 0xfff00000 0 CREATE`), numberOf(addressByNonce(CONTRACT, 1)))
  assert.is(top(`5 0 ${1n << 200n} 0 CREATE2`), numberOf(addressBySalt(CONTRACT, 5n, new Uint8Array(0))))
})

test('create: initcode sees itself as code and has no input', () => {
  const seen = (initcode: string) => top(`${create('CREATE', initcode)} POP 32 0 0 RETURNDATACOPY 0 MLOAD`)
  const asksForItsSize = 'CODESIZE 0 MSTORE 32 0 REVERT'
  assert.is(seen(asksForItsSize), BigInt(bytecode(asksForItsSize).length))
  assert.is(seen('CALLDATASIZE 0 MSTORE 32 0 REVERT'), 0n)
})

test('create: a static call is refused', () => {
  for (const name of CREATES) {
    const pre: Scene['pre'] = [[OTHER, { code: `5 0 0 0 ${name}` }]]
    assert.is(top(`0 0 0 0 ${hex(OTHER)} 100000 STATICCALL`, { pre }), 0n, name)
    assert.is(top(`0 0 0 0 0 ${hex(OTHER)} 100000 CALL`, { pre }), 1n, name)
  }
})

test('create: the new address is warm, also when the creation failed', () => {
  const created = hex(addressByNonce(CONTRACT, 1))
  const program = create('CREATE', '0 0 REVERT')
  assert.is(cost(`${program} ${created} BALANCE`) - cost(program), PUSH + 100n)
})

test('create: a 64th of the gas stays with the creator from Tangerine Whistle on', () => {
  const left = (fork: Fork) => play(`${create('CREATE', 'INVALID')} POP GAS 0 MSTORE 32 0 RETURN`, { fork })
  assert.is(left(Fork.Homestead).status, 0x20)
  assert.ok(left(Fork.TangerineWhistle).word > 1_000_000n / 64n - 1000n)
})

test('create2: begins with Constantinople', () => {
  assert.is(ending('5 0 0 0 CREATE2', { fork: Fork.Byzantium }), 'UndefinedInstruction')
  assert.is(ending('5 0 0 0 CREATE2', { fork: Fork.Constantinople }), 'Stop')
})

test.run()
