import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { scratchFolder } from '../support/cli.js'
import { runFile } from '../support/run-file.js'
import { type FileOutcome, readOutcome } from '../support/run-outcome.js'
import { suite } from '../support/suite.js'

const test = suite('meta/run')
const folder = scratchFolder()
const OWN = `import { suite } from '${new URL('../support/suite.js', import.meta.url).href}'\n`
const PLAIN = `import { suite } from '${import.meta.resolve('uvu')}'\n`
const ERRORS = `import { HeddleError } from '${new URL('../../src/errors.js', import.meta.url).href}'\n`
const PASSES = "test('passes', () => {})\n"

/** What the runner makes of a test file with these lines. */
async function outcome(imports: string, lines: string, seconds = 20): Promise<FileOutcome> {
  const file = join(folder, 'example.test.mjs')
  writeFileSync(file, `${imports}const test = suite('example')\n${lines}`)
  return readOutcome(await runFile(file, seconds))
}

function assertOutcome(actual: FileOutcome, expected: Omit<FileOutcome, 'output'>): void {
  const { output, ...rest } = actual
  assert.equal(rest, expected, output)
}

const RUN = 'test.run()\n'

test('run: tests that pass are counted', async () => {
  assertOutcome(await outcome(OWN, PASSES + PASSES + RUN), { passed: 2, failed: 0, skipped: [], faults: [] })
})

test('run: a skipped test says its sentence', async () => {
  const lines = `test.skip('no fixtures')\n${PASSES}${RUN}`
  assertOutcome(await outcome(OWN, lines), { passed: 1, failed: 0, skipped: ['example: no fixtures'], faults: [] })
})

test('run: a test skipped without a sentence fails, and so do those that only() leaves out', async () => {
  const faults = ['skips 1 tests without saying why']
  const expected = { passed: 1, failed: 1, skipped: [], faults }
  assertOutcome(await outcome(PLAIN, `test.skip('lost')\n${PASSES}${RUN}`), expected)
  assertOutcome(await outcome(OWN, `test.only('alone', () => {})\n${PASSES}${RUN}`), expected)
})

test('run: an error with details is one failure, printed, and the next test runs', async () => {
  const lines = `test('throws', () => { throw new HeddleError('TooLong', 'a sentence', { got: 1 }) })\n${PASSES}${RUN}`
  const actual = await outcome(OWN + ERRORS, lines)
  assertOutcome(actual, { passed: 1, failed: 1, skipped: [], faults: [] })
  assert.match(actual.output, 'HeddleError TooLong: a sentence')
})

test('run: tests that uvu loses are failures', async () => {
  const lines = `test('throws', () => { throw new HeddleError('TooLong', 'a sentence', { got: 1 }) })\n${PASSES}${RUN}`
  const faults = ['2 tests did not run: something threw in between']
  assertOutcome(await outcome(PLAIN + ERRORS, lines), { passed: 0, failed: 2, skipped: [], faults })
})

test('run: a file that ends before its tests, or after them with an error, fails', async () => {
  const early = await outcome(OWN, `test('exits', () => process.exit(0))\n${PASSES}${RUN}`)
  assert.equal([early.failed, early.faults], [1, ['ended with exit status 1 before its tests did']])
  const unloadable = await outcome(OWN, "throw new Error('at once')\n")
  assert.equal([unloadable.failed, unloadable.faults], [1, ['ended with exit status 1 before its tests did']])
  const killed = await outcome(OWN, `test('dies', () => process.kill(process.pid, 'SIGKILL'))\n${RUN}`)
  assert.equal([killed.failed, killed.faults], [1, ['was ended by SIGKILL']])
  const late = await outcome(OWN, `${PASSES}${RUN}setTimeout(() => { throw new Error('late') }, 300)\n`)
  assert.equal([late.passed, late.failed, late.faults], [1, 1, ['ended with exit status 1']])
})

test('run: a file that does not end is stopped, with what it started', async () => {
  // The child holds the same output, which is waited for: this test ends because the child does.
  const child = "spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })"
  const lines = `import { spawn } from 'node:child_process'\ntest('hangs', () => void ${child})\n${RUN}`
  const faults = ['did not end within 1.5 seconds']
  assertOutcome(await outcome(OWN, lines, 1.5), { passed: 1, failed: 1, skipped: [], faults })
})

test('run: a file without a test fails', async () => {
  assertOutcome(await outcome(OWN, ''), {
    passed: 0,
    failed: 1,
    skipped: [],
    faults: ['ended with exit status 0 before its tests did'],
  })
  assertOutcome(await outcome(OWN, RUN), { passed: 0, failed: 1, skipped: [], faults: ['has no test'] })
})

test.run()
