import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { InputError } from '../errors.js'

/** The content of a JSON file, gzipped or not. */
export function readJsonFile(file: string): unknown {
  try {
    const bytes = readFileSync(file)
    const isGzipped = bytes[0] === 0x1f && bytes[1] === 0x8b
    return JSON.parse((isGzipped ? gunzipSync(bytes) : bytes).toString())
  } catch (error) {
    throw new InputError('UnreadableFile', `cannot be read: ${(error as Error).message}`, { file }, error)
  }
}
