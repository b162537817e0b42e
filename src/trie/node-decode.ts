import { decodeRlp, encodeRlp, type RlpItem } from '../codec/rlp.js'
import { StateBackendError } from '../errors.js'
import { nibble } from './encoding.js'
import {
  BRANCH,
  createBranch,
  createExtension,
  createLeaf,
  createUnresolved,
  type KnownNode,
  type Node,
  setChild,
  UNRESOLVED,
} from './node.js'
import { refreshChildren } from './node-encode.js'

/** Of no trie: what comes from a store is copied before it is changed. */
const SHARED_EPOCH = 0

/** The nibbles [0, depth) of a key as hex digits, for messages. */
export function formatPath(key: Uint8Array, depth: number): string {
  let path = '0x'
  for (let index = 0; index < depth; index++) path += nibble(key, index).toString(16)
  return path
}

/** The first `depth` nibbles of a key, and one more. */
export function withNibble(key: Uint8Array, depth: number, digit: number): Uint8Array {
  const at = depth >> 1
  const longer = new Uint8Array(at + 1)
  longer.set(key.subarray(0, at))
  longer[at] = (depth & 1) === 0 ? digit << 4 : (key[at]! & 0xf0) | digit
  return longer
}

/** The key that shares the first `depth` nibbles with `prefix` and goes on with those of a hex-prefix path. */
function joinPath(prefix: Uint8Array, depth: number, path: Uint8Array): { key: Uint8Array; end: number } {
  const odd = (path[0]! >> 4) & 1
  const end = depth + path.length * 2 - 2 + odd
  const key = new Uint8Array((end + 1) >> 1)
  for (let index = 0; index < end; index++) {
    const digit = index < depth ? nibble(prefix, index) : nibble(path, index - depth + 2 - odd)
    key[index >> 1] = key[index >> 1]! | (digit << ((index & 1) === 0 ? 4 : 0))
  }
  return { key, end }
}

function malformed(prefix: Uint8Array, depth: number, expected: string, cause?: unknown): StateBackendError {
  const path = formatPath(prefix, depth)
  const message = `trie node at path ${path}: expected ${expected}`
  return new StateBackendError('MalformedNode', message, { path, expected }, cause)
}

/** A node as a store gave it; `prefix` is a key that leads to it. */
export function decodeNode(encoded: Uint8Array, prefix: Uint8Array, depth: number): KnownNode {
  let item: RlpItem
  try {
    item = decodeRlp(encoded)
  } catch (cause) {
    throw malformed(prefix, depth, 'RLP', cause)
  }
  return fromItem(item, prefix, depth)
}

function fromItem(item: RlpItem, prefix: Uint8Array, depth: number): KnownNode {
  if (!Array.isArray(item)) throw malformed(prefix, depth, 'a list')
  if (item.length === 17) return branchFrom(item, prefix, depth)
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
    return createLeaf(key, content)
  }
  const child = end > depth ? fromReference(content, key, end) : undefined
  if (child === undefined || (child.kind !== BRANCH && child.kind !== UNRESOLVED)) {
    throw malformed(prefix, depth, 'an extension by at least one nibble to a branch')
  }
  return createExtension(key, end, child)
}

function branchFrom(items: RlpItem[], prefix: Uint8Array, depth: number): KnownNode {
  const value = items[16]
  if (!(value instanceof Uint8Array)) throw malformed(prefix, depth, 'a branch with a string as its value')
  const branch = createBranch(SHARED_EPOCH)
  if (value.length > 0) branch.value = value
  for (let digit = 0; digit < 16; digit++) {
    const child = fromReference(items[digit]!, withNibble(prefix, depth, digit), depth + 1)
    if (child !== undefined) setChild(branch, digit, child)
  }
  refreshChildren(branch, depth)
  return branch
}

function fromReference(item: RlpItem, prefix: Uint8Array, depth: number): Node | undefined {
  if (Array.isArray(item)) {
    // Smaller than 32 bytes, or it would have been replaced by its hash: so the nesting ends by itself.
    if (encodeRlp(item).length >= 32) throw malformed(prefix, depth, 'a hash for a node of 32 bytes and more')
    return fromItem(item, prefix, depth)
  }
  if (item.length === 0) return undefined
  if (item.length !== 32) throw malformed(prefix, depth, 'a reference of 32 bytes')
  return createUnresolved(item)
}
