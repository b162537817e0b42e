import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { endingOf, referenceCall } from '../support/ethereumjs.js'
import { CONTRACT, callIn, environmentOf, messageTo, stateOf } from '../support/machine.js'
import { preparedState } from '../support/prepared-state.js'
import { randomProgram } from '../support/random-program.js'
import { suite } from '../support/suite.js'

const test = suite('fuzz/ethereumjs')

const RUNS = 2_000
const SEED = 0x4e441e

test(`${RUNS} fixed random programs cost, end, return and log as in @ethereumjs/evm`, async () => {
  await fc.assert(
    fc.asyncProperty(randomProgram, async (program) => {
      const { fork, data, value, gasLimit } = program
      const environment = environmentOf(fork)
      const pre = preparedState(program)
      const message = { ...messageTo(CONTRACT, { data, value, gasLimit }), to: CONTRACT }
      const expected = await referenceCall(environment, pre, message)
      const { status, gasUsed, output, logs } = callIn('release', environment, stateOf(pre), message)
      assert.is(endingOf(status), expected.ending)
      assert.is(gasUsed, expected.gasUsed)
      assert.equal(output, expected.output)
      assert.equal(logs, expected.logs)
    }),
    { numRuns: RUNS, seed: SEED },
  )
})

test.run()
