import { bytesToHex } from '../codec/hex.js'
import { keccak256 } from '../codec/keccak.js'
import { decodeRlp, encodeRlp, type RlpItem } from '../codec/rlp.js'
import type { NodeStore } from './trie.js'

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
  let shortened: Map<string, Uint8Array> | undefined
  let branches: Set<string> | undefined
  const store: NodeStore = (hash) => {
    const name = bytesToHex(hash)
    const node = nodes.get(name)
    if (node !== undefined) return node
    shortened ??= byHash(encoded.flatMap(shortenedForms))
    return shortened.get(name)
  }
  store.isBranch = (hash) => {
    branches ??= new Set(encoded.flatMap(childOfExtension))
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

/** A leaf or an extension; undefined for a branch, and for what is no node. */
function readShort(encoded: Uint8Array): Short | undefined {
  const item = decodeRlp(encoded)
  if (!Array.isArray(item) || item.length !== 2) return undefined
  const [prefixed, content] = item
  if (!(prefixed instanceof Uint8Array) || prefixed.length === 0) return undefined
  const nibbles = [...prefixed].flatMap((byte) => [byte >> 4, byte & 15])
  const flag = nibbles[0]!
  return { isLeaf: flag >= 2, path: nibbles.slice((flag & 1) === 1 ? 1 : 2), content: content! }
}

/** What the node may have been before its path grew at the front. */
function shortenedForms(encoded: Uint8Array): Uint8Array[] {
  const short = readShort(encoded)
  if (short === undefined) return []
  const { isLeaf, path, content } = short
  const forms: Uint8Array[] = []
  for (let cut = 1; cut < path.length + (isLeaf ? 1 : 0); cut++) {
    forms.push(encodeRlp([toHexPrefix(path.slice(cut), isLeaf), content]))
  }
  return forms
}

function toHexPrefix(path: readonly number[], isLeaf: boolean): Uint8Array {
  const flag = isLeaf ? 2 : 0
  const nibbles = path.length % 2 === 1 ? [flag + 1, ...path] : [flag, 0, ...path]
  return Uint8Array.from({ length: nibbles.length / 2 }, (_, i) => nibbles[2 * i]! * 16 + nibbles[2 * i + 1]!)
}

function childOfExtension(encoded: Uint8Array): string[] {
  const short = readShort(encoded)
  if (short === undefined || short.isLeaf || !(short.content instanceof Uint8Array)) return []
  return [bytesToHex(short.content)]
}
