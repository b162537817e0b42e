import { decodeRlp, encodeRlp, type RlpItem } from '../codec/rlp.js'
import { StateBackendError } from '../errors.js'
import {
  beginNode,
  closeNode,
  copyNode,
  nibble,
  storeReference,
  writeEmpty,
  writePath,
  writeReference,
  writeString,
} from './encoding.js'

export const LEAF = 0
export const EXTENSION = 1
export const BRANCH = 2
export const UNRESOLVED = 3

/**
 * Every node caches its reference, which is what its parent encodes: `size` bytes at `offset` of `page`; 32 for a hash,
 * fewer for the encoding of a small node, 0 when it is stale. A stale node has only stale ancestors. Many nodes share a
 * page, because a Uint8Array of its own costs 1 µs to make and several times the 32 bytes to keep.
 *
 * `epoch` says which trie may change the node in place: the one with the same number. Others copy it first.
 */
interface Cached {
  epoch: number
  page: Uint8Array | undefined
  offset: number
  size: number
}

/** `key` is the whole key, so that a leaf that moves up or down keeps it; the part below its depth is its path. */
export interface Leaf extends Cached {
  readonly kind: typeof LEAF
  key: Uint8Array
  value: Uint8Array
}

/** `key` is any key that passes here; its nibbles from the extension's depth to `end` are the path. */
export interface Extension extends Cached {
  readonly kind: typeof EXTENSION
  key: Uint8Array
  end: number
  child: Node
}

export interface Branch extends Cached {
  readonly kind: typeof BRANCH
  children: (Node | undefined)[]
  value: Uint8Array | undefined
}

/** Known by its hash alone. */
export interface Unresolved extends Cached {
  readonly kind: typeof UNRESOLVED
}

export type Node = Leaf | Extension | Branch | Unresolved

export function createLeaf(epoch: number, key: Uint8Array, value: Uint8Array): Leaf {
  return { kind: LEAF, epoch, page: undefined, offset: 0, size: 0, key, value }
}

export function createExtension(epoch: number, key: Uint8Array, end: number, child: Node): Extension {
  return { kind: EXTENSION, epoch, page: undefined, offset: 0, size: 0, key, end, child }
}

export function createBranch(epoch: number, children: (Node | undefined)[], value: Uint8Array | undefined): Branch {
  return { kind: BRANCH, epoch, page: undefined, offset: 0, size: 0, children, value }
}

export function createUnresolved(hash: Uint8Array): Unresolved {
  return { kind: UNRESOLVED, epoch: 0, page: hash, offset: 0, size: 32 }
}

/** The node to change for the trie of this epoch, its reference stale: itself, or a copy when others share it. */
export function own<T extends Leaf | Extension | Branch>(node: T, epoch: number): T {
  if (node.epoch === epoch) {
    node.size = 0
    return node
  }
  switch (node.kind) {
    case LEAF:
      return createLeaf(epoch, node.key, node.value) as T
    case EXTENSION:
      return createExtension(epoch, node.key, node.end, node.child) as T
    case BRANCH:
      return createBranch(epoch, node.children.slice(), node.value) as T
  }
}

const REFERENCES_PER_PAGE = 128
let page: Uint8Array = new Uint8Array(0)
let pageOffset = 0

let contentStart = 0

/** Writes the content of a node whose children are fresh; returns its end. */
function writeContent(node: Leaf | Extension | Branch, depth: number): number {
  const content = beginNode(0)
  contentStart = content
  if (node.kind === LEAF) {
    return writeString(writePath(content, node.key, depth, node.key.length * 2, true), node.value)
  }
  if (node.kind === EXTENSION) {
    const { child } = node
    return writeReference(
      writePath(content, node.key, depth, node.end, false),
      child.page as Uint8Array,
      child.offset,
      child.size,
    )
  }
  let end = content
  for (let digit = 0; digit < 16; digit++) {
    const child = node.children[digit]
    if (child === undefined) end = writeEmpty(end)
    else end = writeReference(end, child.page as Uint8Array, child.offset, child.size)
  }
  return node.value === undefined ? writeEmpty(end) : writeString(end, node.value)
}

/** Brings the references of a stale node and of its stale descendants up to date. */
export function refresh(node: Node, depth: number): void {
  if (node.kind === UNRESOLVED) return
  if (node.kind === BRANCH) {
    const { children } = node
    for (let digit = 0; digit < 16; digit++) {
      const child = children[digit]
      if (child !== undefined && child.size === 0) refresh(child, depth + 1)
    }
  } else if (node.kind === EXTENSION) {
    if (node.child.size === 0) refresh(node.child, node.end)
  }
  if (node.page === undefined) {
    if (pageOffset === page.length) {
      page = new Uint8Array(REFERENCES_PER_PAGE * 32)
      pageOffset = 0
    }
    node.page = page
    node.offset = pageOffset
    pageOffset += 32
  }
  const end = writeContent(node, depth)
  node.size = storeReference(closeNode(contentStart, end), end, node.page, node.offset)
}

/** The encoding of a fresh node. */
export function encodeNode(node: Leaf | Extension | Branch, depth: number): Uint8Array {
  const end = writeContent(node, depth)
  return copyNode(closeNode(contentStart, end), end)
}

/** The nibbles [0, depth) of a key as hex digits, for messages. */
export function formatPath(key: Uint8Array, depth: number): string {
  let path = '0x'
  for (let index = 0; index < depth; index++) path += nibble(key, index).toString(16)
  return path
}

/** The key that shares the first `depth` nibbles with `prefix` and goes on with those of a hex-prefix path. */
function joinPath(prefix: Uint8Array, depth: number, path: Uint8Array): { key: Uint8Array; end: number } {
  const odd = (path[0]! >> 4) & 1
  const count = path.length * 2 - 2 + odd
  const end = depth + count
  const key = new Uint8Array((end + 1) >> 1)
  for (let index = 0; index < end; index++) {
    const digit = index < depth ? nibble(prefix, index) : nibble(path, index - depth + 2 - odd)
    key[index >> 1] = key[index >> 1]! | (digit << ((index & 1) === 0 ? 4 : 0))
  }
  return { key, end }
}

function malformed(prefix: Uint8Array, depth: number, expected: string, cause?: unknown): StateBackendError {
  const path = formatPath(prefix, depth)
  return new StateBackendError(
    'MalformedNode',
    `trie node at path ${path}: expected ${expected}`,
    { path, expected },
    cause,
  )
}

/** A node as a store gave it. `prefix` is a key that leads to it, `reference` the node that stood in its place. */
export function decodeNode(
  encoded: Uint8Array,
  prefix: Uint8Array,
  depth: number,
  reference: Unresolved,
): Leaf | Extension | Branch {
  let item: RlpItem
  try {
    item = decodeRlp(encoded)
  } catch (cause) {
    throw malformed(prefix, depth, 'RLP', cause)
  }
  return fromItem(item, prefix, depth, reference.page as Uint8Array, reference.offset, 32)
}

function fromItem(
  item: RlpItem,
  prefix: Uint8Array,
  depth: number,
  page: Uint8Array,
  offset: number,
  size: number,
): Leaf | Extension | Branch {
  if (!Array.isArray(item)) throw malformed(prefix, depth, 'a list')
  if (item.length === 17) {
    const value = item[16]!
    if (Array.isArray(value)) throw malformed(prefix, depth, 'a branch with a string as its value')
    const children: (Node | undefined)[] = new Array(16)
    const below = joinPath(prefix, depth, BRANCH_STEP).key
    for (let digit = 0; digit < 16; digit++) {
      const byte = below[depth >> 1]!
      below[depth >> 1] = (depth & 1) === 0 ? digit << 4 : (byte & 0xf0) | digit
      children[digit] = fromReference(item[digit]!, below, depth + 1)
    }
    return { kind: BRANCH, epoch: 0, page, offset, size, children, value: value.length === 0 ? undefined : value }
  }
  const path = item[0]
  const content = item[1]
  if (item.length !== 2 || !(path instanceof Uint8Array) || path.length === 0 || content === undefined) {
    throw malformed(prefix, depth, 'a branch of 17 items, or a path and a content')
  }
  const flag = path[0]! >> 4
  if (flag > 3 || ((flag & 1) === 0 && (path[0]! & 15) !== 0))
    throw malformed(prefix, depth, 'a path in hex-prefix form')
  const { key, end } = joinPath(prefix, depth, path)
  if (flag >= 2) {
    if (Array.isArray(content) || content.length === 0 || (end & 1) === 1) {
      throw malformed(prefix, depth, 'a leaf with a value, its key in whole bytes')
    }
    return { kind: LEAF, epoch: 0, page, offset, size, key, value: content }
  }
  const child = end > depth ? fromReference(content, key, end) : undefined
  if (child === undefined || child.kind === LEAF || child.kind === EXTENSION) {
    throw malformed(prefix, depth, 'an extension by at least one nibble to a branch')
  }
  return { kind: EXTENSION, epoch: 0, page, offset, size, key, end, child }
}

/** A path of one nibble, to make room for it. */
const BRANCH_STEP: Uint8Array = Uint8Array.of(0x10)

function fromReference(item: RlpItem, prefix: Uint8Array, depth: number): Node | undefined {
  if (Array.isArray(item)) {
    // Smaller than 32 bytes, or it would have been replaced by its hash: so the nesting ends by itself.
    const encoded = encodeRlp(item)
    if (encoded.length >= 32) throw malformed(prefix, depth, 'a hash for a node of 32 bytes and more')
    return fromItem(item, prefix, depth, encoded, 0, encoded.length)
  }
  if (item.length === 0) return undefined
  if (item.length !== 32) throw malformed(prefix, depth, 'a reference of 32 bytes')
  return createUnresolved(item)
}
