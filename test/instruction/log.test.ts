import * as assert from 'uvu/assert'
import { cost, ending, hex, MAX, play, type Scene, top, word } from '../support/bytecode.js'
import { address, CONTRACT } from '../support/machine.js'
import { suite } from '../support/suite.js'

const test = suite('instruction/log')

const OTHER = address(2)
const PUSH = 3n

test('log: topics come in the order of the stack, the top one first', () => {
  for (let topics = 0; topics <= 4; topics++) {
    const pushes = [14n, 13n, 12n, 11n].slice(4 - topics).join(' ')
    const { logs } = play(`0xab 0 MSTORE ${pushes} 2 30 LOG${topics}`)
    const expected = [11n, 12n, 13n, 14n].slice(0, topics).map(word)
    assert.equal(logs, [{ address: CONTRACT, topics: expected, data: Uint8Array.of(0, 0xab) }], `LOG${topics}`)
  }
})

test('log: costs 375, as much by topic, 8 by byte, and the memory', () => {
  for (let topics = 0; topics <= 4; topics++) {
    const pushes = '1 '.repeat(topics)
    const expected = BigInt(topics + 2) * PUSH + 375n + 375n * BigInt(topics) + 8n * 33n + 6n
    assert.is(cost(`${pushes} 33 0 LOG${topics}`), expected, `LOG${topics}`)
  }
})

test('log: one gas too little halts', () => {
  assert.is(ending('33 0 LOG0 STOP', { gas: 2n * PUSH + 375n + 264n + 6n }), 'Stop')
  assert.is(ending('33 0 LOG0 STOP', { gas: 2n * PUSH + 375n + 264n + 5n }), 'OutOfGas')
})

test('log: a length of zero does not look at the offset', () => {
  for (const offset of [0n, 0xfff0_0000n, 1n << 64n, MAX]) {
    assert.equal(play(`0 ${offset} LOG0`).logs, [{ address: CONTRACT, topics: [], data: new Uint8Array(0) }])
  }
})

test('log: a length that no memory can have halts', () => {
  for (const length of [1n << 32n, 1n << 64n, MAX]) assert.is(ending(`${length} 0 LOG0`), 'OutOfGas')
})

test('log: a static call is refused', () => {
  for (let topics = 0; topics <= 4; topics++) {
    const pre: Scene['pre'] = [[OTHER, { code: `${'1 '.repeat(topics)} 0 0 LOG${topics}` }]]
    assert.is(top(`0 0 0 0 ${hex(OTHER)} 50000 STATICCALL`, { pre }), 0n, `LOG${topics}`)
  }
})

test('log: those of a frame that is undone vanish, those before and after stay', () => {
  const pre: Scene['pre'] = [[OTHER, { code: '2 0 0 LOG1 0 0 REVERT' }]]
  const { logs } = play(`1 0 0 LOG1 0 0 0 0 0 ${hex(OTHER)} GAS CALL 3 0 0 LOG1`, { pre })
  assert.equal(
    logs.map(({ topics }) => topics),
    [[word(1n)], [word(3n)]],
  )
})

test('log: names the account that runs, also in another’s code', () => {
  const pre: Scene['pre'] = [[OTHER, { code: '0 0 LOG0' }]]
  const addresses = (program: string) => play(program, { pre }).logs.map((log) => hex(log.address))
  assert.equal(addresses(`0 0 0 0 0 ${hex(OTHER)} GAS CALL`), [hex(OTHER)])
  assert.equal(addresses(`0 0 0 0 ${hex(OTHER)} GAS DELEGATECALL`), [hex(CONTRACT)])
})

test.run()
