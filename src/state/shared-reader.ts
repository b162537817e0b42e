import { EMPTY_BYTES } from '../codec/bytes.js'
import { bytesToHex } from '../codec/hex.js'
import { KECCAK_EMPTY } from '../codec/keccak.js'
import { InputError, StateBackendError } from '../errors.js'
import { type Account, AccountAnswer, type BackendDescriptor, type DirectBackend } from '../types/state.js'
import { SharedTable, type TableShape } from './shared-table.js'

/** Words of an account's record; the address stands at its beginning. */
export const AccountField = { exists: 5, generation: 6, slots: 7, nonce: 8, balance: 10, code: 18 } as const
/** Words of a slot's record; its account's number and the 32 bytes of the key stand at the beginning. */
export const SlotField = { generation: 9, value: 10 } as const
/** Words of a code's record; the hash stands at its beginning, and `offset` counts units of 8 bytes. */
export const CodeField = { offset: 8, size: 9, isKnown: 10 } as const

export const ACCOUNTS: TableShape = { keyWords: 5, recordWords: 20 }
export const SLOTS: TableShape = { keyWords: 9, recordWords: 18 }
export const CODES: TableShape = { keyWords: 8, recordWords: 12 }

/** In place of a code's number, which is 0 for no code. */
const NO_ACCOUNT = -1

/** What threads share; plain data, so that it can be posted to them. */
export interface SharedBuffers {
  secret: SharedArrayBuffer
  accounts: SharedArrayBuffer
  slots: SharedArrayBuffer
  codes: SharedArrayBuffer
  codeBytes: SharedArrayBuffer
}

/** What a thread needs to read these with `openBackend`. */
export function describeBuffers(buffers: SharedBuffers): BackendDescriptor {
  return { module: import.meta.url, data: buffers }
}

export function openBackend(data: unknown): DirectBackend {
  return new SharedMemoryReader(data as SharedBuffers)
}

/** As many raw bytes as words; a wrong length would otherwise be read as another key. */
function loadKey(key: Int32Array, at: number, words: number, bytes: Uint8Array, name: string): void {
  if (bytes.length !== 4 * words) {
    const message = `${name}: expected ${4 * words} bytes, got ${bytes.length}`
    throw new InputError('FieldLength', message, { field: name, expected: 4 * words, got: bytes.length })
  }
  for (let i = 0, b = 0; i < words; i++, b += 4) {
    key[at + i] = bytes[b]! | (bytes[b + 1]! << 8) | (bytes[b + 2]! << 16) | (bytes[b + 3]! << 24)
  }
}

/**
 * Reads a state that another thread, or this one, keeps in shared memory, while nobody writes to it. What was opened before
 * the writer's last change is to be opened again: tables that were too small have been replaced.
 */
export class SharedMemoryReader implements DirectBackend {
  readonly hasCheckedCode: boolean = true
  protected accounts: SharedTable
  protected slotTable: SharedTable
  protected codes: SharedTable
  protected codeBytes: Uint8Array
  protected readonly secret: Int32Array
  /** The keys that are looked for: an address, an account's number and a slot's key, a hash. */
  protected readonly addressKey: Int32Array = new Int32Array(ACCOUNTS.keyWords)
  protected readonly slotKey: Int32Array = new Int32Array(SLOTS.keyWords)
  protected readonly hashKey: Int32Array = new Int32Array(CODES.keyWords)
  /** The account that was found last, or -1: slots are asked for one after the other of the same one. */
  protected last = -1
  /** Of the accounts that are asked for at once. */
  #places = new Int32Array(1)
  #codes = new Int32Array(1)

  constructor(buffers: SharedBuffers) {
    this.secret = new Int32Array(buffers.secret)
    this.accounts = new SharedTable(ACCOUNTS, this.secret, buffers.accounts)
    this.slotTable = new SharedTable(SLOTS, this.secret, buffers.slots)
    this.codes = new SharedTable(CODES, this.secret, buffers.codes)
    this.codeBytes = new Uint8Array(buffers.codeBytes)
  }

  account(address: Uint8Array): Account | undefined {
    this.loadAddress(address)
    const account = this.findAccount()
    return account < 0 ? undefined : this.accountOf(account)
  }

  slot(address: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    this.loadAddress(address)
    this.loadSlotKey(key)
    const at = this.findSlot()
    if (at < 0) return undefined
    const { words } = this.slotTable
    const value = new Uint8Array(32)
    let isSet = 0
    for (let i = 0, b = 0; i < 8; i++, b += 4) {
      const word = words[at + i]!
      isSet |= word
      value[b] = word
      value[b + 1] = word >>> 8
      value[b + 2] = word >>> 16
      value[b + 3] = word >>> 24
    }
    return isSet === 0 ? undefined : value
  }

  /** A copy: what the caller does to it does not reach the other threads. */
  code(codeHash: Uint8Array): Uint8Array {
    return this.lendCode(codeHash).slice()
  }

  lendCode(codeHash: Uint8Array): Uint8Array {
    this.loadHash(codeHash)
    const code = this.codes.find(this.hashKey)
    const at = this.codes.at(code)
    const { words } = this.codes
    if (code < 0 || words[at + CodeField.isKnown] === 0) {
      const hash = bytesToHex(codeHash)
      throw new StateBackendError('MissingCode', `code: expected the one with hash ${hash}, got none`, { hash })
    }
    const size = words[at + CodeField.size]!
    if (size === 0) return EMPTY_BYTES
    const offset = (words[at + CodeField.offset]! >>> 0) * 8
    return this.codeBytes.subarray(offset, offset + size)
  }

  readSlotInto(memory: Int32Array, address: number, key: number, out: number): void {
    const { slotKey } = this
    const from = key >>> 2
    const to = out >>> 2
    this.#loadAddress(memory, address >>> 2)
    for (let i = 0; i < 8; i++) slotKey[i + 1] = memory[from + i]!
    const at = this.findSlot()
    if (at < 0) {
      for (let i = 0; i < 8; i++) memory[to + i] = 0
      return
    }
    const { words } = this.slotTable
    for (let i = 0; i < 8; i++) memory[to + i] = words[at + i]!
  }

  /**
   * Places first, then what stands there: none of the look-ups needs another one's result, so that a processor waits for the memory
   * of several at once.
   */
  readAccountsInto(memory: Int32Array, at: number, count: number): void {
    if (count > this.#places.length) [this.#places, this.#codes] = [new Int32Array(count), new Int32Array(count)]
    const places = this.#places
    const codes = this.#codes
    const { words: stride, address } = AccountAnswer
    const first = at >>> 2
    for (let i = 0, key = first + address; i < count; i++, key += stride) places[i] = this.accounts.likely(memory, key)
    for (let i = 0, key = first + address; i < count; i++, key += stride) {
      const place = this.#placeOf(memory, key, places[i]!)
      const { words } = this.accounts
      places[i] = place
      codes[i] = place < 0 || words[place + AccountField.exists] === 0 ? NO_ACCOUNT : words[place + AccountField.code]!
    }
    for (let i = 0, out = first; i < count; i++, out += stride) this.#answer(memory, out, places[i]!, codes[i]!)
  }

  /** Where the record of the address stands, -1 for nowhere; `likely` is where it probably is. */
  #placeOf(memory: Int32Array, key: number, likely: number): number {
    const { words } = this.accounts
    if (
      likely >= 0 &&
      words[likely] === memory[key] &&
      words[likely + 1] === memory[key + 1] &&
      words[likely + 2] === memory[key + 2] &&
      words[likely + 3] === memory[key + 3] &&
      words[likely + 4] === memory[key + 4]
    )
      return likely
    this.#loadAddress(memory, key)
    const account = this.accounts.find(this.addressKey)
    return account < 0 ? -1 : this.accounts.at(account)
  }

  #answer(memory: Int32Array, out: number, place: number, code: number): void {
    const { words } = this.accounts
    const { balance, nonce, exists, hasStorage, codeHash } = AccountAnswer
    if (code === NO_ACCOUNT) {
      for (let i = 0; i < codeHash; i++) memory[out + i] = 0
    } else {
      for (let i = 0; i < 8; i++) memory[out + balance + i] = words[place + AccountField.balance + i]!
      memory[out + nonce] = words[place + AccountField.nonce]!
      memory[out + nonce + 1] = words[place + AccountField.nonce + 1]!
      memory[out + exists] = 1
      memory[out + hasStorage] = words[place + AccountField.slots] === 0 ? 0 : 1
    }
    const hash = this.codes.at(code === NO_ACCOUNT ? 0 : code)
    for (let i = 0; i < 8; i++) memory[out + codeHash + i] = this.codes.words[hash + i]!
  }

  #loadAddress(memory: Int32Array, at: number): void {
    const { addressKey } = this
    for (let i = 0; i < 5; i++) addressKey[i] = memory[at + i]!
  }

  protected loadAddress(address: Uint8Array): void {
    loadKey(this.addressKey, 0, ACCOUNTS.keyWords, address, 'address')
  }

  protected loadSlotKey(key: Uint8Array): void {
    loadKey(this.slotKey, 1, 8, key, 'key')
  }

  protected loadHash(hash: Uint8Array): void {
    loadKey(this.hashKey, 0, CODES.keyWords, hash, 'codeHash')
  }

  /** The number of the record with the address in `addressKey`, be there still an account or not; -1 for none. */
  protected findRecord(): number {
    const { last, addressKey } = this
    const { words } = this.accounts
    if (last >= 0) {
      const at = this.accounts.at(last)
      if (
        words[at] === addressKey[0] &&
        words[at + 1] === addressKey[1] &&
        words[at + 2] === addressKey[2] &&
        words[at + 3] === addressKey[3] &&
        words[at + 4] === addressKey[4]
      )
        return last
    }
    const account = this.accounts.find(addressKey)
    // That there is none is not remembered: there may be one after the next block.
    if (account >= 0) this.last = account
    return account
  }

  protected findAccount(): number {
    const account = this.findRecord()
    return account < 0 || this.accounts.words[this.accounts.at(account) + AccountField.exists] === 0 ? -1 : account
  }

  /** Where the value of the slot stands whose key is in `addressKey` and `slotKey`; -1 for none. It may be zero. */
  protected findSlot(): number {
    const account = this.findAccount()
    if (account < 0) return -1
    const at = this.accounts.at(account)
    const accountWords = this.accounts.words
    if (accountWords[at + AccountField.slots] === 0) return -1
    this.slotKey[0] = account
    const slot = this.slotTable.find(this.slotKey)
    if (slot < 0) return -1
    const slotAt = this.slotTable.at(slot)
    // Left from before the account's storage was cleared.
    if (this.slotTable.words[slotAt + SlotField.generation] !== accountWords[at + AccountField.generation]) return -1
    return slotAt + SlotField.value
  }

  protected accountOf(account: number): Account {
    const { words, longs } = this.accounts
    const at = this.accounts.at(account)
    const balanceAt = (at + AccountField.balance) / 2
    let balance = longs[balanceAt]!
    if (longs[balanceAt + 1]! !== 0n) balance |= longs[balanceAt + 1]! << 64n
    if (longs[balanceAt + 2]! !== 0n || longs[balanceAt + 3]! !== 0n)
      balance |= (longs[balanceAt + 2]! << 128n) | (longs[balanceAt + 3]! << 192n)
    const code = words[at + AccountField.code]!
    return {
      nonce: longs[(at + AccountField.nonce) / 2]!,
      balance,
      codeHash: code === 0 ? KECCAK_EMPTY : this.hashOf(code),
      hasStorage: words[at + AccountField.slots] !== 0,
    }
  }

  protected hashOf(code: number): Uint8Array {
    const at = 4 * this.codes.at(code)
    return this.codes.bytes.slice(at, at + 32)
  }
}
