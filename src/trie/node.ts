import { REFERENCE_SIZE } from './encoding.js'

export const LEAF = 0
export const EXTENSION = 1
export const BRANCH = 2
export const UNRESOLVED = 3

/** `key` is the whole key, so that a leaf that moves up or down stays as it is; its part below the depth is its path. */
export interface Leaf {
  readonly kind: typeof LEAF
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/** `key` is any key that passes here; its nibbles from the extension's depth to `end` are the path. */
export interface Extension {
  readonly kind: typeof EXTENSION
  readonly key: Uint8Array
  readonly end: number
  /** Replaced only by what it stands for, when that was not resolved yet. */
  child: Node
}

/**
 * A branch caches the references of its children, because they are what it is encoded from: `capacity` places of 33 bytes
 * at `offset` of `page`, one for each digit of `present`, in ascending order and without gaps. Read one after the other
 * they cost a tenth of the cache misses that 16 children with a hash each did. The references of the `stale` digits are
 * not valid; a branch with stale digits is itself stale in its parent.
 */
export interface Branch {
  readonly kind: typeof BRANCH
  /** Says which trie may change the branch in place: the one with the same number. Others copy it first. */
  readonly epoch: number
  readonly children: (Node | undefined)[]
  value: Uint8Array | undefined
  present: number
  stale: number
  page: Uint8Array
  offset: number
  capacity: number
}

/** Known by its hash alone. */
export interface Unresolved {
  readonly kind: typeof UNRESOLVED
  readonly hash: Uint8Array
}

export type KnownNode = Leaf | Extension | Branch
export type Node = KnownNode | Unresolved

export function createLeaf(key: Uint8Array, value: Uint8Array): Leaf {
  return { kind: LEAF, key, value }
}

export function createExtension(key: Uint8Array, end: number, child: Node): Extension {
  return { kind: EXTENSION, key, end, child }
}

export function createUnresolved(hash: Uint8Array): Unresolved {
  return { kind: UNRESOLVED, hash }
}

/** Room for two children. */
export function createBranch(epoch: number): Branch {
  allocate(4)
  const children = new Array<Node | undefined>(16).fill(undefined)
  return {
    kind: BRANCH,
    epoch,
    children,
    value: undefined,
    present: 0,
    stale: 0,
    page: allocatedPage,
    offset: allocatedOffset,
    capacity: 4,
  }
}

/** The branch to change for the trie of this epoch: itself, or a copy when others share it. */
export function ownBranch(branch: Branch, epoch: number): Branch {
  if (branch.epoch === epoch) return branch
  const { value, present, stale, page, offset, capacity } = branch
  allocate(capacity)
  const copy: Branch = {
    kind: BRANCH,
    epoch,
    children: branch.children.slice(),
    value,
    present,
    stale,
    page: allocatedPage,
    offset: allocatedOffset,
    capacity,
  }
  copyReferences(page, offset, countDigits(present), copy.page, copy.offset)
  return copy
}

/** Puts a child at a digit, its reference stale. */
export function setChild(branch: Branch, digit: number, child: Node): void {
  const bit = 1 << digit
  if ((branch.present & bit) === 0) openPlace(branch, bit)
  branch.children[digit] = child
  branch.stale |= bit
}

export function removeChild(branch: Branch, digit: number): void {
  const bit = 1 << digit
  const { page } = branch
  const place = placeOf(branch, bit)
  const end = branch.offset + countDigits(branch.present) * REFERENCE_SIZE
  page.copyWithin(place, place + REFERENCE_SIZE, end)
  branch.children[digit] = undefined
  branch.present &= ~bit
  branch.stale &= ~bit
}

/** Where in its page a branch has the reference of the digit with this bit. */
export function placeOf(branch: Branch, bit: number): number {
  return branch.offset + countDigits(branch.present & (bit - 1)) * REFERENCE_SIZE
}

/** The number of bits among the low sixteen. */
export function countDigits(bits: number): number {
  let count = bits - ((bits >> 1) & 0x5555)
  count = (count & 0x3333) + ((count >> 2) & 0x3333)
  count = (count + (count >> 4)) & 0x0f0f
  return (count + (count >> 8)) & 0x1f
}

function openPlace(branch: Branch, bit: number): void {
  const count = countDigits(branch.present)
  const place = placeOf(branch, bit)
  const end = branch.offset + count * REFERENCE_SIZE
  if (count < branch.capacity) {
    branch.page.copyWithin(place + REFERENCE_SIZE, place, end)
  } else {
    const before = countDigits(branch.present & (bit - 1))
    allocate(branch.capacity * 2)
    copyReferences(branch.page, branch.offset, before, allocatedPage, allocatedOffset)
    const next = allocatedOffset + (before + 1) * REFERENCE_SIZE
    copyReferences(branch.page, place, count - before, allocatedPage, next)
    branch.page = allocatedPage
    branch.offset = allocatedOffset
    branch.capacity *= 2
  }
  branch.present |= bit
}

function copyReferences(from: Uint8Array, offset: number, count: number, to: Uint8Array, toOffset: number): void {
  const size = count * REFERENCE_SIZE
  // One set() costs 60 ns more than its bytes, because it needs a view of the page: from three references on it pays.
  if (count > 2) to.set(from.subarray(offset, offset + size), toOffset)
  else for (let i = 0; i < size; i++) to[toOffset + i] = from[offset + i]!
}

/**
 * Many branches share a page, because a Uint8Array of its own costs 1 µs to make. A page lives as long as any of its
 * branches; so branches of a size share: the large ones near the root are replaced in every block, the small ones seldom.
 */
interface Pages {
  page: Uint8Array
  used: number
}

const PAGE_SIZE = 512 * 16 * REFERENCE_SIZE
const PAGES: Readonly<Record<number, Pages>> = {
  4: { page: new Uint8Array(0), used: 0 },
  8: { page: new Uint8Array(0), used: 0 },
  16: { page: new Uint8Array(0), used: 0 },
}

let allocatedPage: Uint8Array = new Uint8Array(0)
let allocatedOffset = 0

/** Reserves places for references at `allocatedOffset` of `allocatedPage`. */
function allocate(capacity: number): void {
  const pages = PAGES[capacity] as Pages
  const size = capacity * REFERENCE_SIZE
  if (pages.used + size > pages.page.length) {
    pages.page = new Uint8Array(PAGE_SIZE)
    pages.used = 0
  }
  allocatedPage = pages.page
  allocatedOffset = pages.used
  pages.used += size
}
