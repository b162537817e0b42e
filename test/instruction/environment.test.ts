import { keccak_256 } from '@noble/hashes/sha3.js'
import * as assert from 'uvu/assert'
import { Fork } from '../../src/types/fork.js'
import { bytecode, cost, ending, hex, MAX, numberOf, play, top } from '../support/bytecode.js'
import { address, COINBASE, CONTRACT, lowAddress, SENDER } from '../support/machine.js'
import { suite } from '../support/suite.js'

const test = suite('instruction/environment')

const OTHER = address(2)
const RICH = address(3)
const NOBODY = address(4)
const DATA = Uint8Array.from({ length: 40 }, (_, index) => index + 1)
const PUSH = 3n
const RETURN_WORD = '0 MSTORE 32 0 RETURN'

/** Calls OTHER and gives what it returned. */
const THROUGH_CALL = `32 0 0 0 7 ${hex(OTHER)} GAS CALL POP 0 MLOAD`

test('address: is the called account', () => {
  assert.is(top('ADDRESS'), numberOf(CONTRACT))
})

test('caller: is who called, origin who sent the transaction', () => {
  const self = { balance: 100n }
  const callerOf = { self, pre: [[OTHER, { code: `CALLER ${RETURN_WORD}` }]] as [Uint8Array, { code: string }][] }
  const originOf = { self, pre: [[OTHER, { code: `ORIGIN ${RETURN_WORD}` }]] as [Uint8Array, { code: string }][] }
  assert.is(top(THROUGH_CALL, callerOf), numberOf(CONTRACT))
  assert.is(top(THROUGH_CALL, originOf), numberOf(SENDER))
})

test('callvalue: is what this call was given', () => {
  assert.is(top('CALLVALUE', { value: 5n }), 5n)
  assert.is(top(THROUGH_CALL, { value: 50n, pre: [[OTHER, { code: `CALLVALUE ${RETURN_WORD}` }]] }), 7n)
})

test('gasprice: is what the sender pays', () => {
  assert.is(top('GASPRICE', { message: { maxFeePerGas: 99n } }), 99n)
})

test('calldataload: zeros follow the end', () => {
  assert.is(top('0 CALLDATALOAD', { data: DATA }), numberOf(DATA.subarray(0, 32)))
  assert.is(top('39 CALLDATALOAD', { data: DATA }), 40n << 248n)
  for (const offset of [40n, 1n << 32n, 1n << 64n, MAX]) assert.is(top(`${offset} CALLDATALOAD`, { data: DATA }), 0n)
})

test('calldatasize: counts bytes', () => {
  assert.is(top('CALLDATASIZE', { data: DATA }), 40n)
})

test('calldatacopy, codecopy: zeros follow the end', () => {
  const written = `${MAX} 0 MSTORE`
  assert.is(top(`${written} 32 38 0 CALLDATACOPY 0 MLOAD`, { data: DATA }), 0x2728n << 240n)
  for (const offset of [40n, 1n << 32n, 1n << 64n, MAX]) {
    assert.is(top(`${written} 32 ${offset} 0 CALLDATACOPY 0 MLOAD`, { data: DATA }), 0n)
    assert.is(top(`${written} 32 ${offset + 100n > MAX ? MAX : offset + 100n} 0 CODECOPY 0 MLOAD`), 0n)
  }
})

test('calldatacopy, codecopy, returndatacopy: cost 3, 3 by word, and the memory', () => {
  for (const name of ['CALLDATACOPY', 'CODECOPY']) assert.is(cost(`33 0 0 ${name}`), 3n * PUSH + 3n + 6n + 6n, name)
  const call = `0 0 32 0 0 ${hex(lowAddress(4))} GAS CALL`
  assert.is(cost(`${call} 32 0 32 RETURNDATACOPY`) - cost(call), 3n * PUSH + 3n + 3n + 3n)
})

test('calldatacopy, codecopy: a length of zero does not look at the offsets', () => {
  for (const name of ['CALLDATACOPY', 'CODECOPY']) assert.is(cost(`0 ${MAX} ${MAX} ${name}`), 3n * PUSH + 3n, name)
})

test('calldatacopy, codecopy: a length that no memory can have halts', () => {
  for (const name of ['CALLDATACOPY', 'CODECOPY']) {
    for (const length of [1n << 32n, 1n << 64n, MAX]) assert.is(ending(`${length} 0 0 ${name}`), 'OutOfGas', name)
  }
})

test('codesize: counts the running code', () => {
  assert.is(top('CODESIZE'), BigInt(bytecode('CODESIZE 0 MSTORE 32 0 RETURN').length))
})

test('codecopy: copies the running code', () => {
  const program = 'CODESIZE 0 0 CODECOPY CODESIZE 0 RETURN'
  assert.equal(play(program).output, bytecode(program))
})

test('balance: is zero for an account that is not there', () => {
  assert.is(top(`${hex(RICH)} BALANCE`, { pre: [[RICH, { balance: 12n }]] }), 12n)
  assert.is(top(`${hex(NOBODY)} BALANCE`), 0n)
})

test('balance: the 12 bytes above an address do not matter', () => {
  assert.is(top(`${numberOf(RICH) | (0xffn << 160n)} BALANCE`, { pre: [[RICH, { balance: 12n }]] }), 12n)
})

test('selfbalance: is what balance says of the called account, for 5 gas', () => {
  assert.is(top('SELFBALANCE', { self: { balance: 3n }, value: 4n }), 7n)
  assert.is(cost('SELFBALANCE'), 5n)
})

test('extcodesize, extcodecopy: read the code of another', () => {
  const pre: [Uint8Array, { code: string }][] = [[OTHER, { code: '1 2 ADD' }]]
  assert.is(top(`${hex(OTHER)} EXTCODESIZE`, { pre }), 5n)
  assert.is(top(`32 1 0 ${hex(OTHER)} EXTCODECOPY 0 MLOAD`, { pre }), 0x01600201n << 224n)
  assert.is(top(`${hex(NOBODY)} EXTCODESIZE`, { pre }), 0n)
})

test('extcodehash: zero for the dead, the hash of nothing for who has no code', () => {
  const pre: [Uint8Array, object][] = [
    [OTHER, { code: '1 2 ADD' }],
    [RICH, { balance: 1n }],
  ]
  assert.is(top(`${hex(OTHER)} EXTCODEHASH`, { pre }), numberOf(keccak_256(bytecode('1 2 ADD'))))
  assert.is(top(`${hex(RICH)} EXTCODEHASH`, { pre }), numberOf(keccak_256(new Uint8Array(0))))
  assert.is(top(`${hex(NOBODY)} EXTCODEHASH`, { pre }), 0n)
})

test('extcodesize, extcodecopy, extcodehash: see a delegation itself, not its target (EIP-7702)', () => {
  const designator = Uint8Array.of(0xef, 0x01, 0x00, ...RICH)
  const pre: [Uint8Array, object][] = [[OTHER, { nonce: 1n, code: designator }]]
  assert.is(top(`${hex(OTHER)} EXTCODESIZE`, { pre }), 23n)
  assert.is(top(`${hex(OTHER)} EXTCODEHASH`, { pre }), numberOf(keccak_256(designator)))
  assert.is(top(`23 0 0 ${hex(OTHER)} EXTCODECOPY 0 MLOAD`, { pre }), numberOf(designator) << 72n)
})

test('balance, extcodesize, extcodehash: cost more from fork to fork', () => {
  const prices = (fork: Fork) =>
    ['BALANCE', 'EXTCODESIZE', 'EXTCODEHASH']
      .filter((name) => name !== 'EXTCODEHASH' || fork >= Fork.Constantinople)
      .map((name) => Number(cost(`${hex(NOBODY)} ${name}`, { fork }) - PUSH))
  assert.equal(prices(Fork.Homestead), [20, 20])
  assert.equal(prices(Fork.TangerineWhistle), [400, 700])
  assert.equal(prices(Fork.Constantinople), [400, 700, 400])
  assert.equal(prices(Fork.Istanbul), [700, 700, 700])
  assert.equal(prices(Fork.Berlin), [2600, 2600, 2600])
})

test('balance, extcodesize, extcodehash, extcodecopy: a second access is warm (EIP-2929)', () => {
  const other = hex(NOBODY)
  assert.is(cost(`${other} BALANCE ${other} EXTCODESIZE`), 2n * PUSH + 2600n + 100n)
  assert.is(cost(`${other} EXTCODESIZE ${other} EXTCODEHASH`), 2n * PUSH + 2600n + 100n)
  assert.is(cost(`0 0 0 ${other} EXTCODECOPY ${other} BALANCE`), 5n * PUSH + 2600n + 100n)
})

test('balance: sender, recipient, precompiles, and from Shanghai the fee recipient, are warm from the start', () => {
  for (const warm of [SENDER, CONTRACT, lowAddress(1), lowAddress(9)]) {
    assert.is(cost(`${hex(warm)} BALANCE`, { fork: Fork.Berlin }), PUSH + 100n, hex(warm))
  }
  assert.is(cost(`${hex(COINBASE)} BALANCE`, { fork: Fork.Paris }), PUSH + 2600n)
  assert.is(cost(`${hex(COINBASE)} BALANCE`, { fork: Fork.Shanghai }), PUSH + 100n)
  assert.is(cost(`${hex(lowAddress(0x100))} BALANCE`, { fork: Fork.Prague }), PUSH + 2600n)
  assert.is(cost(`${hex(lowAddress(0x100))} BALANCE`, { fork: Fork.Osaka }), PUSH + 100n)
})

test('balance: an account of the access list is warm', () => {
  const message = { accessList: [{ address: NOBODY, storageKeys: [] }] }
  assert.is(cost(`${hex(NOBODY)} BALANCE`, { message }), PUSH + 100n)
})

test('balance: an access in a frame that is undone leaves the account cold', () => {
  const pre: [Uint8Array, { code: string }][] = [[OTHER, { code: `${hex(NOBODY)} BALANCE 0 0 REVERT` }]]
  const call = `0 0 0 0 0 ${hex(OTHER)} GAS CALL`
  assert.is(cost(`${call} ${hex(NOBODY)} BALANCE`, { pre }) - cost(call, { pre }), PUSH + 2600n)
})

test('returndatasize: is zero before any call, then counts what the last one gave', () => {
  assert.is(top('RETURNDATASIZE'), 0n)
  const pre: [Uint8Array, { code: string }][] = [[OTHER, { code: '50 0 RETURN' }]]
  assert.is(top(`0 0 0 0 0 ${hex(OTHER)} GAS CALL POP RETURNDATASIZE`, { pre }), 50n)
  assert.is(top(`0 0 0 0 0 ${hex(OTHER)} GAS CALL POP 0 0 0 CREATE POP RETURNDATASIZE`, { pre }), 0n)
})

test('returndatacopy: one byte past the end halts, also when nothing is copied', () => {
  const call = `0 0 0 0 0 ${hex(OTHER)} GAS CALL`
  const pre: [Uint8Array, { code: string }][] = [[OTHER, { code: '50 0 RETURN' }]]
  assert.is(ending(`${call} 50 0 0 RETURNDATACOPY STOP`, { pre }), 'Stop')
  assert.is(ending(`${call} 0 50 0 RETURNDATACOPY STOP`, { pre }), 'Stop')
  for (const [offset, length] of [
    [0n, 51n],
    [51n, 0n],
    [1n, MAX],
    [MAX, 1n],
    [1n << 64n, 0n],
    [0n, 1n << 64n],
  ]) {
    assert.is(ending(`${call} ${length} ${offset} 0 RETURNDATACOPY`, { pre }), 'ReturnDataOutOfBounds')
  }
})

test('returndatasize, returndatacopy: begin with Byzantium', () => {
  assert.is(ending('RETURNDATASIZE', { fork: Fork.SpuriousDragon }), 'UndefinedInstruction')
  assert.is(ending('0 0 0 RETURNDATACOPY', { fork: Fork.SpuriousDragon }), 'UndefinedInstruction')
})

test.run()
