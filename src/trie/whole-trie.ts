import { readFileSync } from 'node:fs'
import { equalBytes } from '../codec/bytes.js'
import { KECCAK_EMPTY } from '../codec/keccak.js'
import { ResourceLimitError } from '../errors.js'
import type { AccountDiff } from '../types/state.js'

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
  readonly TRANSFER_END: WebAssembly.Global
  readonly IS_FULL: WebAssembly.Global
}

const PAGE = 65536
const FIRST_PAGES = 4
const MOST_PAGES = 65536
const LIMB = 2n ** 64n - 1n

// A change in the transfer area, as assembly/trie/apply.ts draws it; fields of 64 and of 32 bits by their index.
const NONCE = 32 / 8
const BALANCE = 40 / 8
const CODE_HASH = 72
const FLAGS = 104 / 4
const SLOT_COUNT = 108 / 4
const SLOTS = 112
const SLOT_SIZE = 64
const EXISTS = 1
const STORAGE_CLEARED = 2
const HAS_CODE = 4

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
  readonly #transferEnd: number
  #bytes: Uint8Array = new Uint8Array(0)
  #words: Uint32Array = new Uint32Array(0)
  #longs: BigUint64Array = new BigUint64Array(0)

  /** Empty; with how many pages its memory may have. */
  constructor(mostPages: number = MOST_PAGES, pages: number = FIRST_PAGES) {
    this.#mostPages = mostPages
    this.#memory = createMemory(pages, mostPages)
    const instance = new WebAssembly.Instance(compile(), { env: { memory: this.#memory } })
    this.#exports = instance.exports as unknown as TrieExports
    this.#transfer = this.#exports.TRANSFER.value as number
    this.#transferEnd = this.#exports.TRANSFER_END.value as number
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

  /** Makes the tries agree with changes, whose fields have the right sizes; `root()` then hashes what changed. */
  apply(changes: Iterable<AccountDiff>): void {
    let at = this.#transfer
    for (const change of changes) {
      at = this.#writeAccount(this.#withRoom(at, SLOTS), change, change.storageCleared)
      if (change.exists && change.slots.length > 0) at = this.#writeSlots(at, change)
    }
    this.#flush(at)
  }

  /** Behind the account that ends at `at`. It is written once more before those slots for which there was no room. */
  #writeSlots(end: number, change: AccountDiff): number {
    let at = end
    let account = at - SLOTS
    for (const [key, value] of change.slots) {
      if (at + SLOT_SIZE > this.#transferEnd) {
        at = this.#writeAccount(this.#withRoom(at, SLOTS + SLOT_SIZE), change, false)
        account = at - SLOTS
      }
      this.#write(at, key, 32)
      this.#write(at + 32, value, 32)
      const count = (account >>> 2) + SLOT_COUNT
      this.#words[count] = this.#words[count]! + 1
      at += SLOT_SIZE
    }
    return at
  }

  #writeAccount(at: number, change: AccountDiff, storageCleared: boolean): number {
    const { address, exists, nonce, balance, codeHash } = change
    const words = this.#words
    const longs = this.#longs
    this.#write(at, address, 20)
    const long = at >>> 3
    longs[long + NONCE] = nonce
    // An array takes the low 64 bits of what it is given.
    const isLong = balance > LIMB
    longs[long + BALANCE] = balance
    longs[long + BALANCE + 1] = isLong ? balance >> 64n : 0n
    longs[long + BALANCE + 2] = isLong ? balance >> 128n : 0n
    longs[long + BALANCE + 3] = isLong ? balance >> 192n : 0n
    const hasCode = codeHash !== KECCAK_EMPTY && !equalBytes(codeHash, KECCAK_EMPTY)
    if (hasCode) this.#write(at + CODE_HASH, codeHash, 32)
    const word = at >>> 2
    words[word + FLAGS] = (exists ? EXISTS : 0) | (storageCleared ? STORAGE_CLEARED : 0) | (hasCode ? HAS_CODE : 0)
    words[word + SLOT_COUNT] = 0
    return at + SLOTS
  }

  #write(at: number, from: Uint8Array, length: number): void {
    const bytes = this.#bytes
    for (let i = 0; i < length; i++) bytes[at + i] = from[i]!
  }

  /** Where so many bytes can be written: at `at`, or at the beginning when what is there has been applied. */
  #withRoom(at: number, size: number): number {
    if (at + size <= this.#transferEnd) return at
    this.#flush(at)
    return this.#transfer
  }

  #flush(end: number): void {
    if (end > this.#transfer) this.#run(() => this.#exports.apply(end))
  }

  #run(act: () => void): void {
    try {
      act()
    } catch (cause) {
      this.#look()
      const full = this.#exports.IS_FULL.value as number
      if (this.#words[full >>> 2] === 0) throw cause
      this.#words[full >>> 2] = 0
      const bytes = this.#memory.buffer.byteLength
      const message = `State: expected more memory for its tries than ${bytes} bytes, got none`
      throw new ResourceLimitError('MemoryLimit', message, { bytes }, cause)
    }
    // Growing has taken the memory from under the views.
    if (this.#bytes.length === 0) this.#look()
  }

  #look(): void {
    const { buffer } = this.#memory
    this.#bytes = new Uint8Array(buffer)
    this.#words = new Uint32Array(buffer)
    this.#longs = new BigUint64Array(buffer)
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
