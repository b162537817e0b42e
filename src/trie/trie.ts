import { equalBytes } from '../codec/bytes.js'
import { bytesToHex } from '../codec/hex.js'
import { InputError, StateBackendError } from '../errors.js'
import { firstDifference, nibble } from './encoding.js'
import {
  BRANCH,
  type Branch,
  countDigits,
  createBranch,
  createExtension,
  createLeaf,
  createUnresolved,
  EXTENSION,
  type Extension,
  type KnownNode,
  LEAF,
  type Leaf,
  type Node,
  ownBranch,
  removeChild,
  setChild,
  UNRESOLVED,
} from './node.js'
import { decodeNode, formatPath, withNibble } from './node-decode.js'
import { encodeNode, hashOfNode } from './node-encode.js'
import { EMPTY_ROOT, type TrieEntry } from './sorted.js'

/** Gives the encoding of the node with this hash. What it gives is trusted to have the hash. */
export interface NodeStore {
  (hash: Uint8Array): Uint8Array | undefined
  /** Whether a node that it does not have is known to be a branch all the same. */
  isBranch?: (hash: Uint8Array) => boolean
}

/** What a trie was when recording began, and the nodes of it that were needed since, by the trie or by its snapshots. */
interface Recording {
  readonly origin: Trie
  readonly nodes: Map<Node, Uint8Array>
  isOn: boolean
}

let lastEpoch = 0

/**
 * A Merkle-Patricia trie in memory: it re-hashes what changed since the last `root()`, nothing else. Nodes that only a
 * store has are asked for on the way to a key. Values are kept, not copied: leave them unchanged. Keys are not kept.
 */
export class Trie {
  #root: Node | undefined
  /** Undefined after a change. */
  #rootHash: Uint8Array | undefined
  #store: NodeStore | undefined
  #epoch: number = ++lastEpoch
  #recording: Recording | undefined
  // The key and value of the running put or delete, and whether the delete found anything.
  #key: Uint8Array = EMPTY_ROOT
  #value: Uint8Array = EMPTY_ROOT
  #changed = false

  /** Empty, or with the root's hash and a store to get nodes from when they are needed. */
  constructor(root: Uint8Array = EMPTY_ROOT, store?: NodeStore) {
    this.#store = store
    if (root.length !== 32) {
      const message = `trie root: expected 32 bytes, got ${root.length}`
      throw new InputError('FieldLength', message, { field: 'root', expected: 32, got: root.length })
    }
    this.#rootHash = root
    if (!equalBytes(root, EMPTY_ROOT)) this.#root = createUnresolved(root)
  }

  get(key: Uint8Array): Uint8Array | undefined {
    if (this.#recording !== undefined) this.#record(key, key.length * 2)
    let node = this.#knownRoot(key)
    let depth = 0
    while (node !== undefined) {
      if (node.kind === LEAF) return equalBytes(node.key, key) ? node.value : undefined
      if (node.kind === BRANCH) {
        if (depth === key.length * 2) return node.value
        node = this.#childOf(node, key, depth++)
      } else {
        if (!passes(node, key, depth)) return undefined
        depth = node.end
        node = this.#below(node, key)
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
    if (this.#recording !== undefined) this.#record(key, key.length * 2)
    this.#key = key
    this.#value = value
    const root = this.#knownRoot(key)
    this.#root = root === undefined ? createLeaf(key.slice(), value) : this.#insert(root, 0)
    this.#rootHash = undefined
  }

  delete(key: Uint8Array): void {
    if (this.#recording !== undefined) this.#record(key, key.length * 2)
    const root = this.#knownRoot(key)
    if (root === undefined) return
    this.#key = key
    this.#changed = false
    this.#root = this.#remove(root, 0)
    if (this.#changed) this.#rootHash = undefined
  }

  root(): Uint8Array {
    if (this.#rootHash === undefined) {
      this.#rootHash = this.#root === undefined ? EMPTY_ROOT : hashOfNode(this.#root as KnownNode)
    }
    return this.#rootHash
  }

  /** A second trie with the same content; each copies what it changes, so that neither sees the other's changes. */
  snapshot(): Trie {
    const other = new Trie(this.root(), this.#store)
    other.#root = this.#root
    other.#recording = this.#recording
    this.#epoch = ++lastEpoch
    return other
  }

  get isRecording(): boolean {
    return this.#recording?.isOn === true
  }

  /** From now on remembers what gets, puts and deletes, of later snapshots too, need of the trie as it is now. */
  startRecording(): void {
    this.#recording = undefined
    this.#recording = { origin: this.snapshot(), nodes: new Map(), isOn: true }
  }

  /** The encodings of the nodes needed since `startRecording`, without those that are part of their parent. */
  stopRecording(): Uint8Array[] {
    const recording = this.#recording
    if (recording === undefined) return []
    recording.isOn = false
    this.#recording = undefined
    return [...recording.nodes.values()]
  }

  /** Every entry in ascending order of keys. */
  *entries(): Generator<TrieEntry> {
    const root = this.#knownRoot(EMPTY_ROOT)
    if (root !== undefined) yield* this.#entriesBelow(root, EMPTY_ROOT, 0)
  }

  *#entriesBelow(node: KnownNode, prefix: Uint8Array, depth: number): Generator<TrieEntry> {
    if (node.kind === LEAF) {
      yield { key: node.key, value: node.value }
    } else if (node.kind === EXTENSION) {
      yield* this.#entriesBelow(this.#below(node, node.key), node.key, node.end)
    } else {
      if (node.value !== undefined) yield { key: prefix.slice(0, depth >> 1), value: node.value }
      for (let digit = 0; digit < 16; digit++) {
        const key = withNibble(prefix, depth, digit)
        const child = this.#childOf(node, key, depth)
        if (child !== undefined) yield* this.#entriesBelow(child, key, depth + 1)
      }
    }
  }

  // What these three give hangs in its place already, so that a node is asked of the store once.

  #knownRoot(key: Uint8Array): KnownNode | undefined {
    const root = this.#root
    if (root === undefined || root.kind !== UNRESOLVED) return root
    const known = this.#resolve(root.hash, key, 0)
    this.#root = known
    return known
  }

  #childOf(branch: Branch, key: Uint8Array, depth: number): KnownNode | undefined {
    const digit = nibble(key, depth)
    const child = branch.children[digit]
    if (child === undefined || child.kind !== UNRESOLVED) return child
    const known = this.#resolve(child.hash, key, depth + 1)
    branch.children[digit] = known
    return known
  }

  #below(extension: Extension, key: Uint8Array): KnownNode {
    const { child } = extension
    if (child.kind !== UNRESOLVED) return child
    const known = this.#resolve(child.hash, key, extension.end)
    extension.child = known
    return known
  }

  #resolve(hash: Uint8Array, key: Uint8Array, depth: number): KnownNode {
    const encoded = this.#store?.(hash)
    if (encoded === undefined) {
      const path = formatPath(key, depth)
      const name = bytesToHex(hash)
      const message = `trie node at path ${path}: expected node ${name} in the store, got none`
      throw new StateBackendError('MissingNode', message, { path, hash: name })
    }
    return decodeNode(encoded, key, depth)
  }

  /** Remembers the nodes of the origin on the way along the first `length` nibbles of a key, and the one that it ends at. */
  #record(key: Uint8Array, length: number): void {
    const { origin, nodes, isOn } = this.#recording as Recording
    if (!isOn) {
      this.#recording = undefined
      return
    }
    let node = origin.#knownRoot(key)
    let depth = 0
    while (node !== undefined) {
      if (!nodes.has(node)) {
        const encoded = encodeNode(node, depth)
        // A small node is a part of its parent, but for the root.
        if (encoded.length >= 32 || depth === 0) nodes.set(node, encoded)
      }
      if (node.kind === LEAF || depth === length) return
      if (node.kind === BRANCH) {
        node = origin.#childOf(node, key, depth++)
      } else {
        if (node.end > length || firstDifference(node.key, key, depth, node.end) < node.end) return
        depth = node.end
        node = origin.#below(node, key)
      }
    }
  }

  /**
   * Gives what takes the node's place; a branch may change in place. That the value is the old one is not looked for: it
   * would have to be loaded, at a million accounts a fifth of the time of a put.
   */
  #insert(node: KnownNode, depth: number): KnownNode {
    const key = this.#key
    if (node.kind === BRANCH) return this.#insertIntoBranch(node, depth)
    if (node.kind === LEAF && equalBytes(node.key, key)) return createLeaf(node.key, this.#value)
    const end = node.kind === LEAF ? node.key.length * 2 : node.end
    const fork = firstDifference(node.key, key, depth, Math.min(end, key.length * 2))
    if (fork === end && node.kind === EXTENSION) {
      return createExtension(node.key, end, this.#insert(this.#below(node, key), end))
    }
    return this.#split(node, depth, fork)
  }

  #insertIntoBranch(node: Branch, depth: number): Branch {
    const key = this.#key
    if (depth === key.length * 2) {
      const owned = ownBranch(node, this.#epoch)
      owned.value = this.#value
      return owned
    }
    const below = this.#childOf(node, key, depth)
    const child = below === undefined ? createLeaf(key.slice(), this.#value) : this.#insert(below, depth + 1)
    const owned = ownBranch(node, this.#epoch)
    setChild(owned, nibble(key, depth), child)
    return owned
  }

  /** A leaf or extension that the key leaves at nibble `fork` is divided there by a branch. */
  #split(node: Leaf | Extension, depth: number, fork: number): KnownNode {
    const key = this.#key
    const branch = createBranch(this.#epoch)
    if (node.kind === LEAF && fork === node.key.length * 2) {
      branch.value = node.value
    } else {
      // What lies below the fork stays as it is, and only starts later; an extension may have nothing left but its child.
      const rest = node.kind === EXTENSION && fork + 1 === node.end ? node.child : node
      setChild(branch, nibble(node.key, fork), rest)
    }
    if (fork === key.length * 2) branch.value = this.#value
    else setChild(branch, nibble(key, fork), createLeaf(key.slice(), this.#value))
    return fork === depth ? branch : createExtension(node.key, fork, branch)
  }

  #remove(node: KnownNode, depth: number): KnownNode | undefined {
    const key = this.#key
    if (node.kind === LEAF) {
      if (!equalBytes(node.key, key)) return node
      this.#changed = true
      return undefined
    }
    if (node.kind === EXTENSION) {
      if (!passes(node, key, depth)) return node
      const child = this.#remove(this.#below(node, key), node.end)
      if (!this.#changed) return node
      // What remains of a branch with one entry continues the path by itself: it starts where it stands.
      return child !== undefined && child.kind === BRANCH ? createExtension(node.key, node.end, child) : child
    }
    if (depth === key.length * 2) {
      if (node.value === undefined) return node
      this.#resolveLast(node, node.present, depth)
      this.#changed = true
      const owned = ownBranch(node, this.#epoch)
      owned.value = undefined
      return this.#collapse(owned, depth)
    }
    const below = this.#childOf(node, key, depth)
    if (below === undefined) return node
    const child = this.#remove(below, depth + 1)
    if (!this.#changed) return node
    const digit = nibble(key, depth)
    if (child === undefined) {
      if (node.value === undefined) this.#resolveLast(node, node.present & ~(1 << digit), depth)
      const owned = ownBranch(node, this.#epoch)
      removeChild(owned, digit)
      return this.#collapse(owned, depth)
    }
    const owned = ownBranch(node, this.#epoch)
    setChild(owned, digit, child)
    return owned
  }

  /** A branch that is left with one entry gives way to it. */
  #collapse(branch: Branch, depth: number): KnownNode | undefined {
    const count = countDigits(branch.present)
    if (count + (branch.value === undefined ? 0 : 1) > 1) return branch
    if (count === 0) {
      return branch.value === undefined ? undefined : createLeaf(this.#key.slice(0, depth >> 1), branch.value)
    }
    const digit = 31 - Math.clz32(branch.present)
    const child = branch.children[digit] as Node
    if (child.kind === LEAF || child.kind === EXTENSION) return child
    return createExtension(withNibble(this.#key, depth, digit), depth + 1, child)
  }

  /**
   * When one digit remains, its child is needed to take the branch's place; but of a branch its kind is enough. It is asked
   * of the store before anything has changed, so that a missing node leaves the trie as it was.
   */
  #resolveLast(branch: Branch, remaining: number, depth: number): void {
    if (countDigits(remaining) !== 1) return
    const digit = 31 - Math.clz32(remaining)
    const child = branch.children[digit] as Node
    if (child.kind === UNRESOLVED && this.#store?.isBranch?.(child.hash) === true) return
    const key = withNibble(this.#key, depth, digit)
    if (this.#recording !== undefined) this.#record(key, depth + 1)
    this.#childOf(branch, key, depth)
  }
}

/** Whether a key goes all along an extension that starts at `depth`. */
function passes(extension: Extension, key: Uint8Array, depth: number): boolean {
  const { end } = extension
  return key.length * 2 >= end && firstDifference(extension.key, key, depth, end) === end
}
