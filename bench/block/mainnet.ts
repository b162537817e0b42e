import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The name that stands for all real blocks of the official fixtures. */
export const MAINNET = 'mainnet'

/** The files of real blocks, NUMBER.json.gz and the like; nothing where there is no such folder, which is said. */
export function mainnetFiles(): string[] {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const folder = join(resolve(process.env.HEDDLE_FIXTURES ?? join(root, '../shared/fixtures')), 'mainnet')
  if (!existsSync(folder)) {
    console.log(`${MAINNET}: left out, no ${folder}; set HEDDLE_FIXTURES to a folder that has the official fixtures\n`)
    return []
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json.gz'))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((name) => join(folder, name))
}
