import * as assert from 'uvu/assert'
import { expectedDifficulty } from '../../src/chain/difficulty.js'
import { fixtureNetwork } from '../../src/chain/fixture-network.js'
import { type CompleteBlock, completeBlock } from '../../src/transition/complete.js'
import { parseBlock } from '../../src/transition/environment.js'
import { ExitCode, TransitionError } from '../../src/transition/error.js'
import { Fork } from '../../src/types/fork.js'
import { suite } from '../support/suite.js'
import type { Json } from '../support/transition.js'
import { stakeBlock, workBlock } from '../support/transition-input.js'

const test = suite('transition/complete')

function complete(fork: string, env: Json): CompleteBlock {
  return completeBlock(parseBlock(env), fixtureNetwork(fork))
}

function refuses(fork: string, env: Json, field: RegExp): void {
  assert.throws(
    () => complete(fork, env),
    (error: unknown) => {
      assert.instance(error, TransitionError)
      assert.is((error as TransitionError).exitCode, ExitCode.Config)
      assert.match((error as TransitionError).message, field)
      return true
    },
  )
}

test('the base fee follows from the parent where it is not given', () => {
  const parent = { parentBaseFee: '0x3e8', parentGasUsed: '0x0', parentGasLimit: '0x1000' }
  assert.is(complete('London', workBlock(parent)).baseFee, 875n)
  assert.is(complete('London', workBlock({ ...parent, currentBaseFee: '9' })).baseFee, 9n)
  assert.is(complete('Berlin', workBlock(parent)).baseFee, undefined)
  refuses('London', workBlock(), /currentBaseFee or parentBaseFee/)
})

test('the difficulty follows from the parent and the fork where it is not given', () => {
  const unclesHash = `0x${'9'.repeat(64)}`
  const parent = { currentDifficulty: null, parentDifficulty: '0x2000000', parentTimestamp: '0x3e0' }
  const expected = (fork: Fork, parentHasUncles: boolean) =>
    expectedDifficulty(fork, {
      number: 5n,
      timestamp: 1000n,
      parentDifficulty: 0x2000000n,
      parentTimestamp: 992n,
      parentHasUncles,
    })
  const difficulty = (fork: string, fields: Json = {}) => complete(fork, workBlock({ ...parent, ...fields })).difficulty
  assert.is(difficulty('Frontier'), expected(Fork.Frontier, false))
  assert.is(difficulty('Byzantium'), expected(Fork.Byzantium, false))
  assert.is(difficulty('Byzantium', { parentUncleHash: unclesHash }), expected(Fork.Byzantium, true))
  assert.is.not(expected(Fork.Byzantium, true), expected(Fork.Byzantium, false))
  assert.is(difficulty('Byzantium', { currentDifficulty: '0x1' }), 1n)
  refuses('Byzantium', workBlock({ currentDifficulty: null }), /currentDifficulty or parentDifficulty/)
  refuses('Byzantium', workBlock({ ...parent, parentTimestamp: '0x3e8' }), /currentTimestamp: .* 1000/)
  refuses('Byzantium', workBlock({ ...parent, currentNumber: '0' }), /block 0/)
})

test('from Paris on there is a random value, and no difficulty', () => {
  assert.is(complete('Paris', stakeBlock()).difficulty, undefined)
  refuses('Paris', stakeBlock({ currentRandom: null }), /currentRandom/)
  refuses('Paris', stakeBlock({ currentDifficulty: '0x1' }), /currentDifficulty: expected 0/)
  assert.is(complete('Paris', stakeBlock({ currentDifficulty: '0x0' })).difficulty, undefined)
})

test('each fork wants its fields', () => {
  refuses('Shanghai', stakeBlock({ withdrawals: null }), /withdrawals/)
  refuses('Cancun', stakeBlock({ parentBeaconBlockRoot: null }), /parentBeaconBlockRoot/)
  assert.is(complete('Shanghai', stakeBlock()).parentBeaconBlockRoot, undefined)
})

test('excess blob gas follows from the parent where it is not given', () => {
  const parent = { currentExcessBlobGas: null, parentExcessBlobGas: '0x80000', parentBlobGasUsed: '0x20000' }
  assert.is(complete('Cancun', stakeBlock(parent)).blobs?.excessGas, 0x40000n)
  assert.is(complete('Cancun', stakeBlock({ ...parent, currentExcessBlobGas: '1' })).blobs?.excessGas, 1n)
  assert.is(complete('Cancun', stakeBlock({ ...parent, parentBlobGasUsed: null })).blobs, undefined)
  assert.is(complete('Shanghai', stakeBlock(parent)).blobs, undefined)
})

test('ommers are no older than a reward can be', () => {
  const ommers = [{ delta: 9, address: `0x${'1'.repeat(40)}` }]
  assert.throws(() => parseBlock(workBlock({ ommers })), /env\.ommers\[0\]\.delta: expected at most 8, got 9/)
})

test.run()
