import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { CONTRACT, callIn, environmentOf, messageTo, stateOf, transactIn } from '../support/machine.js'
import { preparedState } from '../support/prepared-state.js'
import { randomProgram } from '../support/random-program.js'
import { suite } from '../support/suite.js'

const test = suite('fuzz/builds')

const RUNS = 20_000
/** HEDDLE_SEED=N gives other programs. */
const SEED = Number(process.env.HEDDLE_SEED ?? 0x4e441e)

/** A price that no rounding hides. */
const GAS_PRICE = 11n
/** More than any initcode here costs before it runs. */
const INTRINSIC_GAS = 200_000n

test(`${RUNS} random programs end the same in the release and the debug build, and none traps`, () => {
  fc.assert(
    fc.property(randomProgram, (program) => {
      const { fork, data, value, gasLimit } = program
      const environment = environmentOf(fork)
      const state = stateOf(preparedState(program))
      const message = messageTo(CONTRACT, { data, value, gasLimit })
      assert.equal(callIn('release', environment, state, message), callIn('debug', environment, state, message))
    }),
    { numRuns: RUNS, seed: SEED },
  )
})

test(`${RUNS / 4} random programs as initcode of a transaction end the same in both builds`, () => {
  fc.assert(
    fc.property(randomProgram, (program) => {
      const { fork, code, value, gasLimit } = program
      const environment = environmentOf(fork)
      const state = stateOf(preparedState(program))
      const message = messageTo(undefined, {
        data: code,
        value,
        gasLimit: gasLimit + INTRINSIC_GAS,
        maxFeePerGas: GAS_PRICE,
        maxPriorityFeePerGas: GAS_PRICE,
      })
      assert.equal(transactIn('release', environment, state, message), transactIn('debug', environment, state, message))
    }),
    { numRuns: RUNS / 4, seed: SEED },
  )
})

test.run()
