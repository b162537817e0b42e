import { readFileSync } from 'node:fs'
import { ResourceLimitError } from '../errors.js'

interface TrieExports {
  apply(end: number): void
  root(): void
  begin(): void
  keep(): void
  rollBack(): void
  usedBytes(): number
  heapEnd(): number
  readonly OUTPUT: WebAssembly.Global
  readonly TRANSFER: WebAssembly.Global
  readonly IS_FULL: WebAssembly.Global
}

const PAGE = 65536
const FIRST_PAGES = 4
const MOST_PAGES = 65536

let compiled: WebAssembly.Module | undefined

/** At the first root: who asks for none has no module. */
function compile(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(new URL('../../../build/trie.wasm', import.meta.url)))
  return compiled
}

/**
 * A whole state as tries, in WebAssembly over a memory of its own, for its root alone: without proofs, and with no unknown
 * nodes. What changes in a layer can be rolled back. When a call throws, roll back, or give the tries up if no layer was open.
 */
export class WholeTrie {
  readonly #memory: WebAssembly.Memory
  readonly #exports: TrieExports
  readonly #mostPages: number
  readonly #transfer: number
  #bytes: Uint8Array = new Uint8Array(0)

  /** Empty; with how many pages its memory may have. */
  constructor(mostPages: number = MOST_PAGES, pages: number = FIRST_PAGES) {
    this.#mostPages = mostPages
    this.#memory = createMemory(pages, mostPages)
    const instance = new WebAssembly.Instance(compile(), { env: { memory: this.#memory } })
    this.#exports = instance.exports as unknown as TrieExports
    this.#transfer = this.#exports.TRANSFER.value as number
    this.#look()
  }

  /** Of all nodes. */
  get usedBytes(): number {
    return this.#exports.usedBytes()
  }

  /** A second one with the same content. Not while a layer is open. */
  clone(): WholeTrie {
    const copy = new WholeTrie(this.#mostPages, this.#memory.buffer.byteLength / PAGE)
    // A pointer from 2 GiB on is a negative number to JavaScript.
    copy.#bytes.set(this.#bytes.subarray(0, this.#exports.heapEnd() >>> 0))
    return copy
  }

  /** Opens a layer; there is one at most. */
  begin(): void {
    this.#run(() => this.#exports.begin())
  }

  keep(): void {
    this.#exports.keep()
  }

  rollBack(): void {
    this.#exports.rollBack()
  }

  root(): Uint8Array {
    this.#run(() => this.#exports.root())
    const at = this.#exports.OUTPUT.value as number
    return this.#bytes.slice(at, at + 32)
  }

  /** Makes the tries agree with changes, packed and in pieces that the transfer area has room for; `root()` then hashes them. */
  apply(chunks: Iterable<Uint8Array>): void {
    for (const chunk of chunks) {
      this.#bytes.set(chunk, this.#transfer)
      this.#run(() => this.#exports.apply(this.#transfer + chunk.length))
    }
  }

  #run(act: () => void): void {
    try {
      act()
    } catch (cause) {
      this.#look()
      const full = this.#exports.IS_FULL.value as number
      if (this.#bytes[full] === 0) throw cause
      this.#bytes[full] = 0
      const bytes = this.#memory.buffer.byteLength
      const message = `State: expected more memory for its tries than ${bytes} bytes, got none`
      throw new ResourceLimitError('MemoryLimit', message, { bytes }, cause)
    }
    // Growing has taken the memory from under the views.
    if (this.#bytes.length === 0) this.#look()
  }

  #look(): void {
    this.#bytes = new Uint8Array(this.#memory.buffer)
  }
}

function createMemory(pages: number, mostPages: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: mostPages })
  } catch (cause) {
    const bytes = pages * PAGE
    const message = `State: expected a memory of ${bytes} bytes for its tries, got none`
    throw new ResourceLimitError('MemoryLimit', message, { bytes }, cause)
  }
}
