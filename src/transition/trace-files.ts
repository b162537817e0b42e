import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { bytesToHex } from '../codec/hex.js'
import { Eip3155Tracer, type TraceOptions } from '../trace/eip3155.js'
import type { Tracer } from '../types/tracer.js'
import { ExitCode, TransitionError } from './error.js'
import type { TransactionTraces } from './execute.js'

/** A file for each transaction that the machine is given: trace-INDEX-HASH.jsonl, empty when it is refused. */
export class TraceFiles implements TransactionTraces {
  readonly #folder: string
  readonly #options: TraceOptions
  #index = 0
  #descriptor = -1
  #tracer: Eip3155Tracer | undefined

  constructor(folder: string, options: TraceOptions) {
    this.#folder = folder
    this.#options = options
  }

  begin(hash: Uint8Array): Tracer {
    const file = join(this.#folder, `trace-${this.#index++}-${bytesToHex(hash)}.jsonl`)
    try {
      this.#descriptor = openSync(file, 'w')
    } catch (error) {
      throw new TransitionError(ExitCode.Io, `failed creating trace file: ${(error as Error).message}`, error)
    }
    this.#tracer = new Eip3155Tracer((text) => writeFully(this.#descriptor, text), this.#options)
    return this.#tracer
  }

  end(): void {
    try {
      this.#tracer?.flush()
    } finally {
      closeSync(this.#descriptor)
    }
  }
}

function writeFully(descriptor: number, text: string): void {
  const bytes = Buffer.from(text)
  try {
    // Ends: every round writes at least a byte, or throws.
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written)
  } catch (error) {
    throw new TransitionError(ExitCode.Io, `failed writing trace file: ${(error as Error).message}`, error)
  }
}
