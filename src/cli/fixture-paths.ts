import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../errors.js'

/** Files as they are named, and every .json file in folders and in what they contain, in alphabetical order. */
export function findFixtures(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (!isFolder(path)) return [path]
    const files = filesIn(path)
    if (files.length === 0) {
      throw new InputError('NoFixtures', `${path}: expected a folder with .json files, got none in it`, { file: path })
    }
    return files
  })
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    throw new InputError(
      'UnreadableFile',
      `${path}: cannot be read: ${(error as Error).message}`,
      { file: path },
      error,
    )
  }
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    // Hidden folders hold what the fillers note about themselves (.meta), not tests.
    if (entry.name.startsWith('.')) return []
    const path = join(folder, entry.name)
    // Ends: a symbolic link is no directory here, so no folder contains itself.
    if (entry.isDirectory()) return filesIn(path)
    return entry.name.endsWith('.json') ? [path] : []
  })
}
