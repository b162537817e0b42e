import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

/** Runs the command line as a user does. */
export function heddle(args: readonly string[], input = '', timeout = 60_000): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [MAIN, ...args], { input, encoding: 'utf8', timeout })
}

/** A folder of its own under the system's temporary one, gone when the process is. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-test-'))
  process.on('exit', () => rmSync(folder, { recursive: true }))
  return folder
}

export function writeJson(folder: string, name: string, json: unknown): string {
  const file = join(folder, name)
  writeFileSync(file, JSON.stringify(json))
  return file
}
