import { EMPTY_BYTES } from '../codec/bytes.js'
import { KECCAK_EMPTY, keccak256 } from '../codec/keccak.js'
import type { AccountDiff, BackendDescriptor, ShareableBackend } from '../types/state.js'
import { checkLength, checkQuantity } from './check-diff.js'
import type { AccountFields } from './in-memory.js'
import {
  ACCOUNTS,
  AccountField,
  CODES,
  CodeField,
  describeBuffers,
  type SharedBuffers,
  SharedMemoryReader,
  SLOTS,
  SlotField,
} from './shared-reader.js'
import { allocateShared, createSecret, SharedTable } from './shared-table.js'

type Slot = readonly [key: Uint8Array, value: Uint8Array]

export interface SharedMemorySize {
  accounts: number
  /** Those that are not zero. */
  slots: number
  codes: number
  /** Of shared memory, reserved; what was never written takes none. */
  bytes: number
}

const FIRST_ACCOUNTS = 128
const FIRST_SLOTS = 512
const FIRST_CODES = 32
const FIRST_CODE_BYTES = 1 << 14

/**
 * A whole state in shared memory: the thread that made it changes it between blocks, every thread reads it meanwhile
 * (`share`). A table that is full is replaced by a larger one without what is dead: accounts that are gone, slots that are
 * zero or belong to an earlier generation of their account, which is how a storage is cleared at once.
 */
export class SharedMemoryState extends SharedMemoryReader implements ShareableBackend {
  #buffers: SharedBuffers
  #descriptor: BackendDescriptor | undefined
  #accountCount = 0
  #slotCount = 0
  #codeEnd = 0

  /** Empty, or over buffers that nobody else writes to. */
  constructor(buffers?: SharedBuffers) {
    const own = buffers ?? emptyBuffers()
    super(own)
    this.#buffers = own
    // So that the number 0 stands for no code.
    if (buffers === undefined) this.#putCode(KECCAK_EMPTY, EMPTY_BYTES)
  }

  /** For `openBackend`; to be shared anew after every change. */
  share(): BackendDescriptor {
    this.#descriptor ??= describeBuffers(this.#buffers)
    return this.#descriptor
  }

  size(): SharedMemorySize {
    let bytes = 0
    for (const buffer of Object.values(this.#buffers) as SharedArrayBuffer[]) bytes += buffer.byteLength
    return { accounts: this.#accountCount, slots: this.#slotCount, codes: this.codes.count - 1, bytes }
  }

  /** Takes time and memory for all that the state has. */
  clone(): SharedMemoryState {
    const codeBytes = allocateShared(this.codeBytes.length)
    new Uint8Array(codeBytes).set(this.codeBytes.subarray(0, this.#codeEnd))
    const copy = new SharedMemoryState({
      secret: this.#buffers.secret,
      accounts: this.accounts.copy().buffer,
      slots: this.slotTable.copy().buffer,
      codes: this.codes.copy().buffer,
      codeBytes,
    })
    copy.#accountCount = this.#accountCount
    copy.#slotCount = this.#slotCount
    copy.#codeEnd = this.#codeEnd
    return copy
  }

  /** Puts an account in the place of whatever was there. */
  set(address: Uint8Array, fields: AccountFields): void {
    this.applyDiff([accountDiff(address, fields)])
  }

  delete(address: Uint8Array): void {
    this.applyDiff([noAccount(address)])
  }

  /** Takes over what a block did. If that throws, this state is to be thrown away. */
  applyDiff(diff: Iterable<AccountDiff>): void {
    for (const change of diff) {
      this.loadAddress(change.address)
      if (change.exists) this.#update(change)
      else this.#remove()
    }
  }

  *addresses(): Generator<Uint8Array> {
    for (let account = 0; account < this.accounts.count; account++) {
      const at = this.accounts.at(account)
      if (this.accounts.words[at + AccountField.exists] !== 0) yield this.#addressAt(at)
    }
  }

  /** Those that are not zero. Looks at the slots of all accounts. */
  slots(address: Uint8Array): Slot[] {
    this.loadAddress(address)
    const account = this.findAccount()
    const slots: Slot[] = []
    for (let slot = 0; slot < this.slotTable.count; slot++) {
      if (this.#ownerOf(slot) === account) slots.push(this.#slotAt(slot))
    }
    return slots
  }

  /** The whole state as a change of an empty one, account by account, without the codes. Must be read before the next change. */
  *content(): Generator<AccountDiff> {
    // Lists of the slots of each account, linked by numbers + 1.
    const firstSlots = new Int32Array(this.accounts.count)
    const nextSlots = new Int32Array(this.slotTable.count)
    for (let slot = 0; slot < nextSlots.length; slot++) {
      const account = this.#ownerOf(slot)
      if (account === undefined) continue
      nextSlots[slot] = firstSlots[account]!
      firstSlots[account] = slot + 1
    }
    for (let account = 0; account < firstSlots.length; account++) {
      const at = this.accounts.at(account)
      if (this.accounts.words[at + AccountField.exists] === 0) continue
      const slots: [Uint8Array, Uint8Array][] = []
      for (let slot = firstSlots[account]!; slot !== 0; slot = nextSlots[slot - 1]!) slots.push(this.#slotAt(slot - 1))
      const { nonce, balance, codeHash } = this.accountOf(account)
      yield { address: this.#addressAt(at), exists: true, nonce, balance, codeHash, storageCleared: false, slots }
    }
  }

  #remove(): void {
    const account = this.findAccount()
    if (account < 0) return
    this.accounts.words[this.accounts.at(account) + AccountField.exists] = 0
    this.#accountCount--
    this.#clearStorage(account)
  }

  #update(change: AccountDiff): void {
    const code = this.#codeNumber(change)
    let account = this.findRecord()
    if (account < 0) {
      if (this.accounts.isFull) this.#growAccounts()
      account = this.accounts.insert(this.addressKey, 0, ACCOUNTS.keyWords)
    }
    const { words, longs } = this.accounts
    const at = this.accounts.at(account)
    if (words[at + AccountField.exists] === 0) {
      words[at + AccountField.exists] = 1
      this.#accountCount++
    }
    if (change.storageCleared) this.#clearStorage(account)
    longs[(at + AccountField.nonce) / 2] = change.nonce
    const balanceAt = (at + AccountField.balance) / 2
    for (let i = 0, rest = change.balance; i < 4; i++, rest >>= 64n) longs[balanceAt + i] = rest
    words[at + AccountField.code] = code
    for (const [key, value] of change.slots) this.#writeSlot(account, key, value)
  }

  #clearStorage(account: number): void {
    const { words } = this.accounts
    const at = this.accounts.at(account)
    if (words[at + AccountField.slots] === 0) return
    this.#slotCount -= words[at + AccountField.slots]!
    words[at + AccountField.slots] = 0
    // Wraps after 2^32 clearings of one account, which is more than an account lives to see.
    words[at + AccountField.generation] = words[at + AccountField.generation]! + 1
  }

  #writeSlot(account: number, key: Uint8Array, value: Uint8Array): void {
    checkLength('value', value, 32)
    const isSet = value.some((byte) => byte !== 0)
    this.loadSlotKey(key)
    this.slotKey[0] = account
    let slot = this.slotTable.find(this.slotKey)
    const wasSet = slot >= 0 && this.#ownerOf(slot) !== undefined
    if (slot < 0) {
      if (!isSet) return
      if (this.slotTable.isFull) this.#growSlots()
      slot = this.slotTable.insert(this.slotKey, 0, SLOTS.keyWords)
    }
    const at = this.slotTable.at(slot)
    const accountAt = this.accounts.at(account)
    this.slotTable.words[at + SlotField.generation] = this.accounts.words[accountAt + AccountField.generation]!
    this.slotTable.bytes.set(value, 4 * (at + SlotField.value))
    if (isSet === wasSet) return
    const step = isSet ? 1 : -1
    this.accounts.words[accountAt + AccountField.slots] = this.accounts.words[accountAt + AccountField.slots]! + step
    this.#slotCount += step
  }

  #codeNumber({ codeHash, code }: AccountDiff): number {
    this.loadHash(codeHash)
    const number = this.codes.find(this.hashKey)
    const isKnown = number >= 0 && this.codes.words[this.codes.at(number) + CodeField.isKnown] !== 0
    return isKnown || (number >= 0 && code === undefined) ? number : this.#putCode(codeHash, code)
  }

  /** The number of a code that is not known yet; without its bytes, only the hash is. */
  #putCode(codeHash: Uint8Array, code: Uint8Array | undefined): number {
    this.loadHash(codeHash)
    let number = this.codes.find(this.hashKey)
    if (number < 0) {
      if (this.codes.isFull) this.#growCodes()
      number = this.codes.insert(this.hashKey, 0, CODES.keyWords)
    }
    if (code === undefined) return number
    const end = this.#codeEnd + code.length
    if (end > this.codeBytes.length) {
      const larger = allocateShared(Math.max(2 * this.codeBytes.length, end))
      const bytes = new Uint8Array(larger)
      bytes.set(this.codeBytes.subarray(0, this.#codeEnd))
      this.codeBytes = bytes
      this.#replace({ codeBytes: larger })
    }
    this.codeBytes.set(code, this.#codeEnd)
    const at = this.codes.at(number)
    this.codes.words[at + CodeField.offset] = this.#codeEnd / 8
    this.codes.words[at + CodeField.size] = code.length
    this.codes.words[at + CodeField.isKnown] = 1
    this.#codeEnd = Math.ceil(end / 8) * 8
    return number
  }

  /** The account that a slot is set for; undefined when it is zero or left over from before a clearing. */
  #ownerOf(slot: number): number | undefined {
    const { words } = this.slotTable
    const at = this.slotTable.at(slot)
    const account = words[at]!
    const generation = this.accounts.words[this.accounts.at(account) + AccountField.generation]
    if (words[at + SlotField.generation] !== generation) return undefined
    for (let i = 0; i < 8; i++) if (words[at + SlotField.value + i] !== 0) return account
    return undefined
  }

  #addressAt(at: number): Uint8Array {
    return this.accounts.bytes.slice(4 * at, 4 * at + 20)
  }

  #slotAt(slot: number): [Uint8Array, Uint8Array] {
    const { bytes } = this.slotTable
    const key = 4 * this.slotTable.at(slot) + 4
    const value = key - 4 + 4 * SlotField.value
    return [bytes.slice(key, key + 32), bytes.slice(value, value + 32)]
  }

  #growAccounts(): void {
    const old = this.accounts
    const numbers = new Int32Array(old.count).fill(-1)
    const grown = old.successor(this.#accountCount)
    for (let account = 0; account < numbers.length; account++) {
      const at = old.at(account)
      if (old.words[at + AccountField.exists] !== 0)
        numbers[account] = grown.insert(old.words, at, ACCOUNTS.recordWords)
    }
    // Slots are known by their account's number, and of an account that is gone they are dead.
    if (grown.count < old.count) this.#growSlots(numbers)
    this.accounts = grown
    this.last = -1
    this.#replace({ accounts: grown.buffer })
  }

  /** With what is alive; `numbers` are the new ones of the accounts. */
  #growSlots(numbers?: Int32Array): void {
    const old = this.slotTable
    const grown = old.successor(this.#slotCount)
    const record = new Int32Array(SLOTS.recordWords)
    for (let slot = 0; slot < old.count; slot++) {
      const account = this.#ownerOf(slot)
      if (account === undefined) continue
      const at = old.at(slot)
      for (let i = 0; i < record.length; i++) record[i] = old.words[at + i]!
      if (numbers !== undefined) record[0] = numbers[account]!
      grown.insert(record, 0, record.length)
    }
    this.slotTable = grown
    this.#replace({ slots: grown.buffer })
  }

  #growCodes(): void {
    const old = this.codes
    const grown = old.successor(old.count)
    for (let code = 0; code < old.count; code++) grown.insert(old.words, old.at(code), CODES.recordWords)
    this.codes = grown
    this.#replace({ codes: grown.buffer })
  }

  #replace(buffers: Partial<SharedBuffers>): void {
    this.#buffers = { ...this.#buffers, ...buffers }
    this.#descriptor = undefined
  }
}

/** The change that puts an account in the place of whatever was there. */
export function accountDiff(address: Uint8Array, fields: AccountFields): AccountDiff {
  const { nonce = 0n, balance = 0n, code, slots = [] } = fields
  checkQuantity('nonce', nonce, 64)
  checkQuantity('balance', balance, 256)
  const codeHash = code === undefined || code.length === 0 ? KECCAK_EMPTY : keccak256(code)
  const change = { address, exists: true, nonce, balance, codeHash, storageCleared: true }
  return {
    ...change,
    ...(code === undefined ? {} : { code }),
    slots: Array.from(slots, ([key, value]) => [key, value]),
  }
}

export function noAccount(address: Uint8Array): AccountDiff {
  const change = { address, exists: false, nonce: 0n, balance: 0n, codeHash: KECCAK_EMPTY }
  return { ...change, storageCleared: true, slots: [] }
}

function emptyBuffers(): SharedBuffers {
  const secret = createSecret()
  const words = new Int32Array(secret)
  return {
    secret,
    accounts: SharedTable.create(ACCOUNTS, words, FIRST_ACCOUNTS).buffer,
    slots: SharedTable.create(SLOTS, words, FIRST_SLOTS).buffer,
    codes: SharedTable.create(CODES, words, FIRST_CODES).buffer,
    codeBytes: allocateShared(FIRST_CODE_BYTES),
  }
}
