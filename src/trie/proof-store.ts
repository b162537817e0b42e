import { bytesToHex } from '../codec/hex.js'
import { keccak256 } from '../codec/keccak.js'
import { decodeRlp, encodeRlp, type RlpItem } from '../codec/rlp.js'
import type { NodeStore } from './trie.js'

const LONGEST_PATH = 64

/** A store of the given nodes. */
export function nodeStore(encoded: readonly Uint8Array[]): NodeStore {
  const nodes = byHash(encoded)
  return (hash) => nodes.get(bytesToHex(hash))
}

/**
 * A store of nodes that are proofs of the same keys before and after a change. Where a deletion leaves a branch with one
 * child, that child becomes part of its parent; but as it is on the way to none of the keys, the proofs have it only as
 * what it became: a leaf or an extension with a longer path, or, when it is a branch, the child of an extension. That it
 * is a branch nothing proves: such a store is good for a change whose root afterwards is known, and not to find that out.
 */
export function proofStore(encoded: readonly Uint8Array[]): NodeStore {
  const nodes = byHash(encoded)
  let shorts: Short[] | undefined
  let branches: Set<string> | undefined
  let cut = 0
  const store: NodeStore = (hash) => {
    const name = bytesToHex(hash)
    shorts ??= encoded.flatMap(readShort)
    // A path grows by one nibble, more only below an extension: so nearly always this ends after the first round.
    while (!nodes.has(name) && cut < LONGEST_PATH) {
      cut++
      for (const form of shorts.flatMap((short) => shortened(short, cut))) nodes.set(bytesToHex(keccak256(form)), form)
    }
    return nodes.get(name)
  }
  store.isBranch = (hash) => {
    branches ??= new Set(encoded.flatMap(readShort).flatMap(childOfExtension))
    return branches.has(bytesToHex(hash))
  }
  return store
}

function byHash(encoded: readonly Uint8Array[]): Map<string, Uint8Array> {
  return new Map(encoded.map((node) => [bytesToHex(keccak256(node)), node]))
}

interface Short {
  isLeaf: boolean
  path: number[]
  content: RlpItem
}

/** A leaf or an extension; nothing for a branch, and for what is no node. */
function readShort(encoded: Uint8Array): Short[] {
  const item = decodeRlp(encoded)
  if (!Array.isArray(item) || item.length !== 2) return []
  const [prefixed, content] = item
  if (!(prefixed instanceof Uint8Array) || prefixed.length === 0) return []
  const nibbles = [...prefixed].flatMap((byte) => [byte >> 4, byte & 15])
  const flag = nibbles[0]!
  return [{ isLeaf: flag >= 2, path: nibbles.slice((flag & 1) === 1 ? 1 : 2), content: content! }]
}

/** What the node may have been before its path grew by `cut` nibbles at the front. */
function shortened({ isLeaf, path, content }: Short, cut: number): Uint8Array[] {
  const hasRest = path.length > cut || (isLeaf && path.length === cut)
  return hasRest ? [encodeRlp([toHexPrefix(path.slice(cut), isLeaf), content])] : []
}

function toHexPrefix(path: readonly number[], isLeaf: boolean): Uint8Array {
  const flag = isLeaf ? 2 : 0
  const nibbles = path.length % 2 === 1 ? [flag + 1, ...path] : [flag, 0, ...path]
  return Uint8Array.from({ length: nibbles.length / 2 }, (_, i) => nibbles[2 * i]! * 16 + nibbles[2 * i + 1]!)
}

function childOfExtension({ isLeaf, content }: Short): string[] {
  return isLeaf || !(content instanceof Uint8Array) ? [] : [bytesToHex(content)]
}
