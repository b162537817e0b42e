import * as assert from 'uvu/assert'
import { fixtureNetwork } from '../../src/chain/fixture-network.js'
import { bytesToHex } from '../../src/codec/hex.js'
import type { Tracer, TraceStep } from '../../src/types/tracer.js'
import { createMachine } from '../../src/wasm/machine.js'
import { suite } from '../support/suite.js'
import { transitionJson } from '../support/transition.js'
import { RECIPIENT, richSender, transfer, workBlock } from '../support/transition-input.js'

const test = suite('wasm/trace')

const CALLEE = `0x${'ee'.repeat(20)}`
/** MSTORE8(33, 7), then a call of `CALLEE`, then PUSH1 0. */
const CALLER_CODE = `0x6007602153${'5f'.repeat(5)}73${CALLEE.slice(2)}61fffff16000`
/** Returns the byte 9. */
const CALLEE_CODE = '0x600960005360016000f3'

function steps(wants?: Tracer['wants']): TraceStep[] {
  const met: TraceStep[] = []
  const alloc = richSender({ [RECIPIENT]: { code: CALLER_CODE }, [CALLEE]: { code: CALLEE_CODE } })
  const tracer: Tracer = { ...(wants === undefined ? {} : { wants }), step: (step) => met.push(step), exit() {} }
  transitionJson(createMachine(), {
    config: fixtureNetwork('Shanghai'),
    alloc,
    env: workBlock({ currentDifficulty: null, currentRandom: '0x1', currentBaseFee: '0x1', withdrawals: [] }),
    txs: [transfer(0, { gas: '0x1ffff' })],
    traces: { begin: () => tracer, end() {} },
  })
  return met
}

test('a tracer that wants memory sees that of the frame, as it was before the instruction', () => {
  const met = steps({ memory: true })
  const memories = met.map(({ depth, memory }) => [depth, bytesToHex(memory!)])
  const word = (digits: string) => digits.padStart(64, '0')
  const grown = `0x${word('')}0007${'0'.repeat(60)}`
  assert.equal(memories[2], [1, '0x'])
  assert.equal(memories[3], [1, grown])
  assert.equal(
    memories.find(([depth]) => depth === 2),
    [2, '0x'],
  )
  assert.equal(memories.filter(([depth]) => depth === 2).at(-1), [2, `0x09${'0'.repeat(62)}`])
  assert.equal(memories.at(-1), [1, grown])
  for (const { memory, memSize } of met) assert.is(memory!.length, memSize)
})

test('a tracer that wants return data sees what the last call left', () => {
  const met = steps({ returnData: true })
  assert.equal(new Set(met.slice(0, -2).map(({ returnData }) => bytesToHex(returnData!))), new Set(['0x']))
  assert.equal(
    met.slice(-2).map(({ depth, returnData }) => [depth, bytesToHex(returnData!)]),
    [
      [1, '0x09'],
      [1, '0x09'],
    ],
  )
})

test('other tracers are spared both', () => {
  for (const { memory, returnData } of steps()) assert.equal([memory, returnData], [undefined, undefined])
})

test.run()
