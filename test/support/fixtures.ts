import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const PACKAGE_ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** The folder of archives: $HEDDLE_FIXTURES, or ../shared/fixtures beside the package. */
export const FIXTURE_ARCHIVES: string = resolve(process.env.HEDDLE_FIXTURES ?? join(PACKAGE_ROOT, '../shared/fixtures'))

/** What a skipped test says. */
export const HOW_TO_GET_FIXTURES: string = `not in ${FIXTURE_ARCHIVES}; scripts/get-fixtures.sh fetches the official fixtures, HEDDLE_FIXTURES says where they are`

/** The extracted archive `NAME.tar.xz`; undefined when it is not there. */
export function fixtureFolder(archive: string): string | undefined {
  const file = join(FIXTURE_ARCHIVES, `${archive}.tar.xz`)
  if (!existsSync(file)) return undefined
  const { size, mtimeMs } = statSync(file)
  const cache = join(tmpdir(), 'heddle-fixtures')
  const folder = join(cache, `${archive}-${size}-${Math.trunc(mtimeMs)}`)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const partial = mkdtempSync(join(cache, `${archive}-`))
  execFileSync('tar', ['-xJf', file, '-C', partial])
  try {
    renameSync(partial, folder)
  } catch (error) {
    // Another test process was quicker: its folder is as good.
    if (!existsSync(folder)) throw error
    rmSync(partial, { recursive: true })
  }
  return folder
}

export function readText(file: string): string {
  return readFileSync(file, 'utf8')
}

export function readJson(file: string): unknown {
  return JSON.parse(readText(file))
}

/** Every JSON file below `folder`, in a stable order. */
export function jsonFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name))
}

/** The real blocks: `N.json.gz` by name. Empty when they are not there. */
export function mainnetFixtures(): { name: string; json: unknown }[] {
  const folder = join(FIXTURE_ARCHIVES, 'mainnet')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json.gz'))
    .sort()
    .map((name) => ({ name, json: JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString()) }))
}
