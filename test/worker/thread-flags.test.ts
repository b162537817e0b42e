import * as assert from 'uvu/assert'
import { threadFlags } from '../../src/worker/thread-flags.js'
import { suite } from '../support/suite.js'

const test = suite('worker/thread-flags')

test('flags of the process that a thread may not have are left out', () => {
  assert.equal(threadFlags([]), [])
  assert.equal(threadFlags(['--no-warnings', '--conditions=other']), ['--no-warnings', '--conditions=other'])
  assert.equal(threadFlags(['--expose-gc', '--no-warnings', '--max-old-space-size=900']), ['--no-warnings'])
  assert.equal(threadFlags(['--expose-gc']), [])
})

test('another reason to refuse them is told', () => {
  assert.throws(() => threadFlags(['--conditions']), /requires an argument/)
})

test.run()
