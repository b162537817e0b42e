import { layer, giveUp, save, takeNode } from './log'

/**
 * Nodes stand at multiples of eight bytes. A leaf has its whole key, so that it stays as it is when it moves up or down; the key of
 * an extension is any that passes there.
 *
 *   all         0 kind u8 · in which layer it was saved or made u56
 *   account     8 key · 40 nonce u64 · 48 balance, the lowest limb first · 80 contract, 0 without code and storage
 *   slot        8 key · 40 value, the highest byte first
 *   extension   8 key · 40 the depth at which it ends u32 · 44 child u32
 *   branch      8 present u16 · 10 stale u16 · 12 capacity u32 · 16 children u32 × capacity · references 33 × capacity
 *   contract    8 root node of the storage u32 · 12 not 0 when its hash is stale u32 · 16 code hash · 48 storage root
 *
 * A branch has a child and a reference for each digit of `present`, in ascending order and without gaps, and room for 4, 8 or 16. A
 * reference is what the branch is encoded from: a hash behind its header 0xa0, or the encoding of a node below 32 bytes. That of
 * a stale digit is not valid, and a branch with stale digits is itself stale in its parent. Read one after the other they
 * spare the cache misses of hashes that stand in 16 children.
 */
export enum Kind {
  Account = 1,
  Slot,
  Extension,
  Branch,
  Contract,
}

const KEY: usize = 8
export const KEY_DIGITS: u32 = 64

export const NONCE: usize = 40
export const BALANCE: usize = 48
export const CONTRACT: usize = 80
const ACCOUNT_SIZE: usize = 88

export const VALUE: usize = 40
const SLOT_SIZE: usize = 72

const END: usize = 40
const CHILD: usize = 44
const EXTENSION_SIZE: usize = 48

const PRESENT: usize = 8
const STALE: usize = 10
const CAPACITY: usize = 12
const CHILDREN: usize = 16
export const REFERENCE_SIZE: usize = 33

export const STORAGE: usize = 8
export const STORAGE_IS_STALE: usize = 12
export const CODE_HASH: usize = 16
export const STORAGE_ROOT: usize = 48
const CONTRACT_SIZE: usize = 80


@inline
export function kindOf(node: usize): u32 {
  return load<u8>(node)
}


@inline
export function isLeaf(node: usize): bool {
  return kindOf(node) <= <u32>Kind.Slot
}


@inline
export function keyOf(node: usize): usize {
  return node + KEY
}


@inline
export function endOf(extension: usize): u32 {
  return load<u32>(extension, END)
}


@inline
export function setEnd(extension: usize, end: u32): void {
  store<u32>(extension, end, END)
}

/** Where the pointer to the child stands. */
@inline
export function linkBelow(extension: usize): usize {
  return extension + CHILD
}


@inline
export function presentOf(branch: usize): u32 {
  return load<u16>(branch, PRESENT)
}


@inline
export function staleOf(branch: usize): u32 {
  return load<u16>(branch, STALE)
}


@inline
export function setStale(branch: usize, stale: u32): void {
  store<u16>(branch, stale, STALE)
}


@inline
function setDigits(branch: usize, present: u32, stale: u32): void {
  store<u16>(branch, present, PRESENT)
  store<u16>(branch, stale, STALE)
}


@inline
function capacityOf(branch: usize): u32 {
  return load<u32>(branch, CAPACITY)
}

/** Where the pointer to the child at the digit with this bit stands. */
@inline
export function linkOf(branch: usize, bit: u32): usize {
  return branch + CHILDREN + ((<usize>popcnt<u32>(presentOf(branch) & (bit - 1))) << 2)
}


@inline
export function referencesOf(branch: usize): usize {
  return branch + CHILDREN + ((<usize>capacityOf(branch)) << 2)
}


@inline
export function nibble(key: usize, index: u32): u32 {
  return ((<u32>load<u8>(key + <usize>(index >> 1))) >> ((~index & 1) << 2)) & 15
}

/** The first nibble in which two keys differ, or 64. */
export function firstDifference(a: usize, b: usize): u32 {
  for (let word: usize = 0; word < 32; word += 8) {
    const different = load<u64>(a + word) ^ load<u64>(b + word)
    if (different) return <u32>(word << 1) + <u32>(clz<u64>(bswap<u64>(different)) >> 2)
  }
  return KEY_DIGITS
}


@inline
export function copy32(out: usize, from: usize): void {
  store<u64>(out, load<u64>(from))
  store<u64>(out, load<u64>(from, 8), 8)
  store<u64>(out, load<u64>(from, 16), 16)
  store<u64>(out, load<u64>(from, 24), 24)
}


@inline
function sizeOfBranch(capacity: u32): usize {
  return (CHILDREN + ((<usize>capacity) << 2) + <usize>capacity * REFERENCE_SIZE + 7) & ~7
}

function sizeOf(node: usize): usize {
  switch (kindOf(node)) {
    case Kind.Account:
      return ACCOUNT_SIZE
    case Kind.Slot:
      return SLOT_SIZE
    case Kind.Extension:
      return EXTENSION_SIZE
    case Kind.Branch:
      return sizeOfBranch(capacityOf(node))
    default:
      return CONTRACT_SIZE
  }
}

/** Before a node is changed: once in a layer what it was is saved, of a branch all but its references. */
@inline
export function own(node: usize): void {
  if (load<u64>(node) >> 8 != layer()) saveOnce(node)
}

function saveOnce(node: usize): void {
  if (!layer()) return
  const kind = kindOf(node)
  save(node, kind == Kind.Branch ? CHILDREN + ((<usize>capacityOf(node)) << 2) : sizeOf(node))
  store<u64>(node, (layer() << 8) | kind)
}

function create(kind: Kind, size: usize): usize {
  const node = takeNode(size)
  store<u64>(node, (layer() << 8) | (<u64>kind))
  return node
}

export function drop(node: usize): void {
  giveUp(node, sizeOf(node))
}

/** Of an account or a slot, without its values. */
export function createLeaf(kind: Kind, key: usize): usize {
  const leaf = create(kind, kind == Kind.Account ? ACCOUNT_SIZE : SLOT_SIZE)
  copy32(keyOf(leaf), key)
  if (kind == Kind.Account) store<u32>(leaf, 0, CONTRACT)
  return leaf
}

export function createExtension(key: usize, end: u32, child: usize): usize {
  const extension = create(Kind.Extension, EXTENSION_SIZE)
  copy32(keyOf(extension), key)
  setEnd(extension, end)
  store<u32>(linkBelow(extension), <u32>child)
  return extension
}

/** Without storage, and without its root. */
export function createContract(): usize {
  const contract = create(Kind.Contract, CONTRACT_SIZE)
  store<u32>(contract, 0, STORAGE)
  store<u32>(contract, 1, STORAGE_IS_STALE)
  return contract
}

/** Without children. */
export function createBranch(capacity: u32): usize {
  const branch = create(Kind.Branch, sizeOfBranch(capacity))
  setDigits(branch, 0, 0)
  store<u32>(branch, capacity, CAPACITY)
  return branch
}

/** Puts a child at a digit that had none; gives the branch that now has it, which may be a larger one. */
export function addChild(branch: usize, digit: u32, child: usize): usize {
  const bit: u32 = 1 << digit
  const present = presentOf(branch)
  const count = <u32>popcnt<u32>(present)
  const before = <u32>popcnt<u32>(present & (bit - 1))
  let target = branch
  if (count == capacityOf(branch)) {
    target = createBranch(count << 1)
    move(target, 0, branch, 0, before)
  } else {
    save(branch, sizeOf(branch))
  }
  move(target, before + 1, branch, before, count - before)
  setDigits(target, present | bit, staleOf(branch) | bit)
  store<u32>(linkOf(target, bit), <u32>child)
  if (target != branch) drop(branch)
  return target
}

export function removeChild(branch: usize, digit: u32): void {
  const bit: u32 = 1 << digit
  const present = presentOf(branch)
  const before = <u32>popcnt<u32>(present & (bit - 1))
  save(branch, sizeOf(branch))
  move(branch, before, branch, before + 1, <u32>popcnt<u32>(present) - before - 1)
  setDigits(branch, present & ~bit, staleOf(branch) & ~bit)
}

/** Moves `count` children and references from one place to another, in either direction. */
function move(target: usize, to: u32, branch: usize, from: u32, count: u32): void {
  memory.copy(target + CHILDREN + ((<usize>to) << 2), branch + CHILDREN + ((<usize>from) << 2), (<usize>count) << 2)
  const first = referencesOf(branch) + <usize>from * REFERENCE_SIZE
  memory.copy(referencesOf(target) + <usize>to * REFERENCE_SIZE, first, <usize>count * REFERENCE_SIZE)
}
