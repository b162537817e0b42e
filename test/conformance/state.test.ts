import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { CaseReport } from '../../src/fixture/report.js'
import { heddle, scratchFolder } from '../support/cli.js'
import { fixtureFolder, HOW_TO_GET_FIXTURES, jsonFiles, readText } from '../support/fixtures.js'

const test = suite('conformance/state')

interface Suite {
  archive: string
  path: string
  /** Cases in all, at least. */
  cases: number
  /** Of those, the ones that hold to a draft. */
  superseded: number
}

const SUITES: readonly Suite[] = [
  { archive: 'ethereum-tests', path: 'GeneralStateTests', cases: 21_442, superseded: 0 },
  { archive: 'legacytests-constantinople', path: 'Constantinople/GeneralStateTests', cases: 31_291, superseded: 0 },
  { archive: 'legacytests-constantinople', path: 'Constantinople/VMTests', cases: 609, superseded: 0 },
  { archive: 'legacytests-cancun-sample', path: 'Cancun/GeneralStateTests', cases: 15_291, superseded: 0 },
  { archive: 'eest-prague', path: 'state_tests', cases: 1016, superseded: 28 },
  { archive: 'eest-osaka', path: '.', cases: 1230, superseded: 0 },
]

/** HEDDLE_FULL=1 runs every file (some minutes); otherwise it is one in so many, spread over the folders. */
const IS_FULL: boolean = process.env.HEDDLE_FULL === '1'
const SAMPLE = 40
const LONGEST_MILLISECONDS = 900_000

for (const { archive, path, cases, superseded } of SUITES) {
  const folder = fixtureFolder(archive)
  if (folder === undefined) {
    test.skip(`${archive}/${path}: ${HOW_TO_GET_FIXTURES}`, () => {})
    continue
  }
  test(`${archive}/${path}: ${IS_FULL ? 'every case' : `one file in ${SAMPLE}`} passes`, () => {
    const files = jsonFiles(join(folder, path)).filter((name) => !name.includes('/.'))
    const chosen = files.filter((_, index) => IS_FULL || index % SAMPLE === 0)
    const output = join(scratchFolder(), 'reports.json')
    const { status, stderr } = heddle(['statetest', '--json', output, ...chosen], '', LONGEST_MILLISECONDS)
    assert.is(status, 0, stderr)
    const reports = JSON.parse(readText(output)) as CaseReport[]
    const failures = reports.filter(({ pass, skipped }) => !pass && skipped === undefined)
    assert.equal(failures.slice(0, 5), [])
    assert.ok(reports.length >= (IS_FULL ? cases : chosen.length), `${reports.length} cases in ${chosen.length} files`)
    const skips = reports.filter(({ skipped }) => skipped !== undefined).length
    assert.ok(skips <= superseded, `${skips} skipped`)
  })
}

test.run()
