import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { CaseReport } from '../../src/fixture/report.js'
import { heddle, scratchFolder } from './cli.js'
import { fixtureFolder, HOW_TO_GET_FIXTURES, jsonFiles, readText } from './fixtures.js'
import type { Suite } from './suite.js'

export interface OfficialSuite {
  archive: string
  path: string
  /** Cases in all, at least. */
  cases: number
  /** Of those, the ones that hold to a draft. */
  superseded: number
  /** One file in so many is run, spread over the folders. */
  sample: number
}

/** HEDDLE_FULL=1 runs every file (some minutes). */
const IS_FULL: boolean = process.env.HEDDLE_FULL === '1'
const OUTPUT: string = join(scratchFolder(), 'reports.json')
const LONGEST_MILLISECONDS = 900_000

/** One test: that `heddle COMMAND` passes the suite. */
export function addOfficialSuite(test: Suite, command: string, suite: OfficialSuite): void {
  const { archive, path, cases, superseded } = suite
  const folder = fixtureFolder(archive)
  if (folder === undefined) {
    test.skip(`${archive}/${path}: ${HOW_TO_GET_FIXTURES}`)
    return
  }
  const sample = IS_FULL ? 1 : suite.sample
  test(`${archive}/${path}: ${sample === 1 ? 'every case' : `one file in ${sample}`} passes`, () => {
    const files = jsonFiles(join(folder, path)).filter((name) => !name.includes('/.'))
    const chosen = files.filter((_, index) => index % sample === 0)
    const { status, stderr } = heddle([command, '--json', OUTPUT, ...chosen], '', LONGEST_MILLISECONDS)
    assert.is(status, 0, stderr)
    const reports = JSON.parse(readText(OUTPUT)) as CaseReport[]
    const failures = reports.filter(({ pass, skipped }) => !pass && skipped === undefined)
    assert.equal(failures.slice(0, 5), [])
    assert.ok(
      reports.length >= (sample === 1 ? cases : chosen.length),
      `${reports.length} cases in ${chosen.length} files`,
    )
    const skips = reports.filter(({ skipped }) => skipped !== undefined).length
    assert.ok(skips <= superseded, `${skips} skipped`)
  })
}
