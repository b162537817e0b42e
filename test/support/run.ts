/**
 * Runs the test files, each in a process of its own:
 *
 *   node dist/test/support/run.js [PATTERN] [--jobs N] [--timeout SECONDS]
 *
 * PATTERN is a regular expression on a file's path below test/. The last line is `N passed, N failed, N skipped`; the exit
 * status is 1 unless every test of every file ran, and passed or said why it was skipped.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runFile } from './run-file.js'
import { type FileOutcome, readOutcome } from './run-outcome.js'

const COMPILED = fileURLToPath(new URL('..', import.meta.url))
const SOURCE = fileURLToPath(new URL('../../../test', import.meta.url))

const { values, positionals } = parseArgs({
  options: { jobs: { type: 'string', default: '2' }, timeout: { type: 'string', default: '300' } },
  allowPositionals: true,
})
const pattern = new RegExp(positionals[0] ?? '')

/** The sources decide: what an earlier build left behind is no test. */
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.test.ts') && pattern.test(name))
  .sort()

async function outcomeOf(file: string): Promise<FileOutcome> {
  const compiled = join(COMPILED, file.replace(/\.ts$/, '.js'))
  if (!existsSync(compiled)) {
    return { passed: 0, failed: 1, skipped: [], faults: ['is not compiled: npm run build:ts'], output: '' }
  }
  return readOutcome(await runFile(compiled, Number(values.timeout)))
}

function print(file: string, { passed, failed, skipped, faults, output }: FileOutcome, seconds: number): void {
  const counts = [`${passed} passed`]
  if (failed > 0) counts.push(`${failed} failed`)
  if (skipped.length > 0) counts.push(`${skipped.length} skipped`)
  const lines = [`${failed > 0 ? 'FAILED' : 'ok    '} ${file}: ${counts.join(', ')} (${seconds.toFixed(1)} s)`]
  for (const sentence of skipped) lines.push(`         skipped: ${sentence}`)
  if (failed > 0) lines.push(output.trimEnd())
  for (const fault of faults) lines.push(`  ${file} ${fault}`)
  console.log(lines.join('\n'))
}

const total = { passed: 0, failed: 0, skipped: 0 }
const broken: string[] = []
const queue = files.values()

async function work(): Promise<void> {
  for (const file of queue) {
    const start = performance.now()
    const outcome = await outcomeOf(file)
    print(file, outcome, (performance.now() - start) / 1000)
    total.passed += outcome.passed
    total.failed += outcome.failed
    total.skipped += outcome.skipped.length
    if (outcome.failed > 0) broken.push(file)
  }
}

if (files.length === 0) {
  console.log(`no test file matches ${pattern}`)
  total.failed = 1
}
await Promise.all(Array.from({ length: Number(values.jobs) }, work))
if (broken.length > 0) console.log(`\nfailed:\n${broken.map((file) => `  ${file}`).join('\n')}`)
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed > 0 ? 1 : 0
