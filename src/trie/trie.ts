import { equalBytes } from '../codec/bytes.js'
import { bytesToHex } from '../codec/hex.js'
import { keccak256 } from '../codec/keccak.js'
import { InputError, StateBackendError } from '../errors.js'
import { firstDifference, nibble } from './encoding.js'
import {
  BRANCH,
  type Branch,
  createBranch,
  createExtension,
  createLeaf,
  createUnresolved,
  decodeNode,
  EXTENSION,
  type Extension,
  encodeNode,
  formatPath,
  LEAF,
  type Leaf,
  type Node,
  own,
  refresh,
  UNRESOLVED,
} from './node.js'
import { EMPTY_ROOT, type TrieEntry } from './sorted.js'

/** Gives the encoding of the node with this hash. What it gives is trusted to have the hash. */
export type NodeStore = (hash: Uint8Array) => Uint8Array | undefined

type KnownNode = Leaf | Extension | Branch

let lastEpoch = 0

/**
 * A Merkle-Patricia trie in memory: it re-hashes what changed since the last `root()`, nothing else. Nodes that only a
 * store has are asked for on the way to a key. Keys and values are kept, not copied: leave them unchanged.
 */
export class Trie {
  #root: Node | undefined
  #store: NodeStore | undefined
  #epoch: number = ++lastEpoch
  /** While recording: the nodes as they were at the last `root()`, in the order in which they were met. */
  #recorded: Map<Node, Uint8Array> | undefined
  // The key and value of the running put or delete, so that the recursion need not pass them on.
  #key: Uint8Array = EMPTY_ROOT
  #value: Uint8Array = EMPTY_ROOT

  /** Empty, or with the root's hash and a store to get nodes from when they are needed. */
  constructor(root: Uint8Array = EMPTY_ROOT, store?: NodeStore) {
    this.#store = store
    if (root.length !== 32) {
      const message = `trie root: expected 32 bytes, got ${root.length}`
      throw new InputError('FieldLength', message, { field: 'root', expected: 32, got: root.length })
    }
    if (!equalBytes(root, EMPTY_ROOT)) this.#root = createUnresolved(root)
  }

  get(key: Uint8Array): Uint8Array | undefined {
    let node = this.#root
    let depth = 0
    let parent: Extension | Branch | undefined
    while (node !== undefined) {
      if (node.kind === UNRESOLVED) {
        const resolved = this.#resolve(node, key, depth)
        if (parent === undefined) this.#root = resolved
        else if (parent.kind === BRANCH) parent.children[nibble(key, depth - 1)] = resolved
        else parent.child = resolved
        node = resolved
      }
      if (this.#recorded !== undefined) this.#record(node, depth)
      if (node.kind === LEAF) return equalBytes(node.key, key) ? node.value : undefined
      parent = node
      if (node.kind === BRANCH) {
        if (depth === key.length * 2) return node.value
        node = node.children[nibble(key, depth++)]
      } else {
        const limit = Math.min(node.end, key.length * 2)
        if (limit < node.end || firstDifference(node.key, key, depth, limit) < node.end) return undefined
        depth = node.end
        node = node.child
      }
    }
    return undefined
  }

  /** An empty value deletes. */
  put(key: Uint8Array, value: Uint8Array): void {
    if (value.length === 0) {
      this.delete(key)
      return
    }
    this.#key = key
    this.#value = value
    if (this.#root === undefined) {
      this.#root = createLeaf(this.#epoch, key, value)
    } else {
      const root = this.#resolve(this.#root, key, 0)
      this.#root = root
      this.#root = this.#insert(root, 0)
    }
  }

  delete(key: Uint8Array): void {
    if (this.#root === undefined) return
    this.#key = key
    const root = this.#resolve(this.#root, key, 0)
    this.#root = root
    this.#root = this.#remove(root, 0)
  }

  root(): Uint8Array {
    const node = this.#root
    if (node === undefined) return EMPTY_ROOT
    if (node.size === 0) refresh(node, 0)
    if (node.size === 32) return (node.page as Uint8Array).slice(node.offset, node.offset + 32)
    return keccak256((node.page as Uint8Array).slice(node.offset, node.offset + node.size))
  }

  /** A second trie with the same content; each copies what it changes, so that neither sees the other's changes. */
  snapshot(): Trie {
    this.root()
    const other = new Trie()
    other.#root = this.#root
    other.#store = this.#store
    this.#epoch = ++lastEpoch
    return other
  }

  /** From now on remembers every node that a get, put or delete meets, as it is now: what a witness needs. */
  startRecording(): void {
    this.root()
    this.#recorded = new Map()
  }

  /** The encodings of the nodes met since `startRecording`, without those that are part of their parent. */
  stopRecording(): Uint8Array[] {
    const recorded = this.#recorded
    this.#recorded = undefined
    return recorded === undefined ? [] : [...recorded.values()]
  }

  /** Every entry in ascending order of keys. */
  *entries(): Generator<TrieEntry> {
    if (this.#root !== undefined) yield* this.#entriesBelow(this.#root, EMPTY_ROOT, 0)
  }

  *#entriesBelow(start: Node, prefix: Uint8Array, depth: number): Generator<TrieEntry> {
    const node = start.kind === UNRESOLVED ? this.#resolve(start, prefix, depth) : start
    if (node.kind === LEAF) {
      yield { key: node.key, value: node.value }
    } else if (node.kind === EXTENSION) {
      yield* this.#entriesBelow(node.child, node.key, node.end)
    } else {
      if (node.value !== undefined) yield { key: prefix.slice(0, depth >> 1), value: node.value }
      for (let digit = 0; digit < 16; digit++) {
        const child = node.children[digit]
        if (child !== undefined) yield* this.#entriesBelow(child, withNibble(prefix, depth, digit), depth + 1)
      }
    }
  }

  #resolve(node: Node, key: Uint8Array, depth: number): KnownNode {
    if (node.kind !== UNRESOLVED) return node
    const hash = (node.page as Uint8Array).slice(node.offset, node.offset + 32)
    const encoded = this.#store?.(hash)
    if (encoded === undefined) {
      const path = formatPath(key, depth)
      const name = bytesToHex(hash)
      throw new StateBackendError(
        'MissingNode',
        `trie node at path ${path}: expected node ${name} in the store, got none`,
        {
          path,
          hash: name,
        },
      )
    }
    return decodeNode(encoded, key, depth, node)
  }

  #record(node: KnownNode, depth: number): void {
    // A stale node was made after recording began; a small one is in its parent, but for the root.
    if (node.size === 0 || (node.size < 32 && depth > 0)) return
    const recorded = this.#recorded as Map<Node, Uint8Array>
    if (!recorded.has(node)) recorded.set(node, encodeNode(node, depth))
  }

  /**
   * Gives what takes the node's place. The same node, still fresh, says that nothing changed; the same node, stale, that it
   * changed in place. A child is resolved where it hangs before the recursion goes down to it, so that this stays true.
   */
  #insert(node: KnownNode, depth: number): KnownNode {
    const key = this.#key
    if (this.#recorded !== undefined) this.#record(node, depth)
    if (node.kind === BRANCH) return this.#insertIntoBranch(node, depth)
    const end = node.kind === LEAF ? node.key.length * 2 : node.end
    const fork = firstDifference(node.key, key, depth, Math.min(end, key.length * 2))
    if (node.kind === EXTENSION) {
      if (fork === end) {
        const below = this.#resolve(node.child, key, end)
        node.child = below
        const child = this.#insert(below, end)
        if (child === below && child.size !== 0) return node
        const owned = own(node, this.#epoch)
        owned.child = child
        return owned
      }
    } else if (fork === end && key.length * 2 === end) {
      if (equalBytes(node.value, this.#value)) return node
      const owned = own(node, this.#epoch)
      owned.value = this.#value
      return owned
    }
    return this.#split(node, depth, fork)
  }

  #insertIntoBranch(node: Branch, depth: number): Branch {
    const key = this.#key
    if (depth === key.length * 2) {
      if (node.value !== undefined && equalBytes(node.value, this.#value)) return node
      const owned = own(node, this.#epoch)
      owned.value = this.#value
      return owned
    }
    const digit = nibble(key, depth)
    const below = node.children[digit]
    let child: KnownNode
    if (below === undefined) {
      child = createLeaf(this.#epoch, key, this.#value)
    } else {
      const known = this.#resolve(below, key, depth + 1)
      node.children[digit] = known
      child = this.#insert(known, depth + 1)
      if (child === known && child.size !== 0) return node
    }
    const owned = own(node, this.#epoch)
    owned.children[digit] = child
    return owned
  }

  /** A leaf or extension that the key leaves at nibble `fork` is divided there by a branch. */
  #split(node: Leaf | Extension, depth: number, fork: number): KnownNode {
    const key = this.#key
    const branch = createBranch(this.#epoch, new Array(16).fill(undefined), undefined)
    if (node.kind === EXTENSION) {
      const rest = fork + 1 === node.end ? node.child : own(node, this.#epoch)
      branch.children[nibble(node.key, fork)] = rest
    } else if (fork === node.key.length * 2) {
      branch.value = node.value
    } else {
      branch.children[nibble(node.key, fork)] = own(node, this.#epoch)
    }
    if (fork === key.length * 2) branch.value = this.#value
    else branch.children[nibble(key, fork)] = createLeaf(this.#epoch, key, this.#value)
    return fork === depth ? branch : createExtension(this.#epoch, key, fork, branch)
  }

  #remove(node: KnownNode, depth: number): KnownNode | undefined {
    const key = this.#key
    if (this.#recorded !== undefined) this.#record(node, depth)
    if (node.kind === LEAF) return equalBytes(node.key, key) ? undefined : node
    if (node.kind === EXTENSION) {
      const { end } = node
      const limit = Math.min(end, key.length * 2)
      if (limit < end || firstDifference(node.key, key, depth, limit) < end) return node
      const below = this.#resolve(node.child, key, end)
      node.child = below
      const child = this.#remove(below, end)
      if (child === below && child.size !== 0) return node
      // What remains of a branch with one entry continues the path by itself: its start is where it stands.
      if (child === undefined || child.kind === LEAF || child.kind === EXTENSION) return child
      const owned = own(node, this.#epoch)
      owned.child = child
      return owned
    }
    if (depth === key.length * 2) {
      if (node.value === undefined) return node
      const owned = own(node, this.#epoch)
      owned.value = undefined
      return this.#collapse(owned, depth)
    }
    const digit = nibble(key, depth)
    const below = node.children[digit]
    if (below === undefined) return node
    const known = this.#resolve(below, key, depth + 1)
    node.children[digit] = known
    const child = this.#remove(known, depth + 1)
    if (child === known && child.size !== 0) return node
    const owned = own(node, this.#epoch)
    owned.children[digit] = child
    return child === undefined ? this.#collapse(owned, depth) : owned
  }

  /** A branch that is left with one entry gives way to it. */
  #collapse(branch: Branch, depth: number): KnownNode | undefined {
    let only = -1
    for (let digit = 0; digit < 16; digit++) {
      if (branch.children[digit] === undefined) continue
      if (only >= 0 || branch.value !== undefined) return branch
      only = digit
    }
    if (only < 0) {
      if (branch.value === undefined) return undefined
      return createLeaf(this.#epoch, this.#key.slice(0, depth >> 1), branch.value)
    }
    const key = withNibble(this.#key, depth, only)
    const child = this.#resolve(branch.children[only] as Node, key, depth + 1)
    if (this.#recorded !== undefined) this.#record(child, depth + 1)
    // A leaf or extension knows its whole path: it only has to be encoded anew from one nibble earlier.
    return child.kind === BRANCH ? createExtension(this.#epoch, key, depth + 1, child) : own(child, this.#epoch)
  }
}

/** The first `depth` nibbles of a key, and one more. */
function withNibble(key: Uint8Array, depth: number, digit: number): Uint8Array {
  const longer = key.slice(0, (depth >> 1) + 1)
  const at = depth >> 1
  if (longer.length > at) {
    longer[at] = (depth & 1) === 0 ? digit << 4 : (longer[at]! & 0xf0) | digit
    return longer
  }
  const extended = new Uint8Array(at + 1)
  extended.set(longer)
  extended[at] = digit << 4
  return extended
}
