import { writeSync } from 'node:fs'

const RETRY_MILLISECONDS = 5
const pause = new Int32Array(new SharedArrayBuffer(4))

/** Writes all of `text` before it returns. A reader that has gone away ends the process, as it ends `yes | head`. */
export function writeAll(descriptor: 1 | 2, text: string): void {
  const bytes = Buffer.from(text)
  let written = 0
  // Ends: every round writes at least a byte, waits for a reader that is still there, or leaves.
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // A pipe in non-blocking mode is full: Node has no blocking write for it.
      if (code === 'EAGAIN') Atomics.wait(pause, 0, 0, RETRY_MILLISECONDS)
      else if (code === 'EPIPE') process.exit(0)
      else throw error
    }
  }
}
