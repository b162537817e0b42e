import { compareBytes } from '../codec/bytes.js'
import { keccak256 } from '../codec/keccak.js'
import {
  beginNode,
  closeNode,
  firstDifference,
  hashNode,
  nibble,
  shrinkToReference,
  writeEmpty,
  writePath,
  writeString,
} from './encoding.js'

/** The root of a trie without entries: the hash of the empty string's encoding. */
export const EMPTY_ROOT: Uint8Array = keccak256(Uint8Array.of(0x80))

export interface TrieEntry {
  key: Uint8Array
  /** Not empty: an empty value is an absent one. */
  value: Uint8Array
}

let entries: readonly TrieEntry[] = []
let nodeStart = 0

/** Writes the node of entries [low, high), which agree in their first `depth` nibbles, above `at`; returns its end. */
function writeNode(low: number, high: number, depth: number, at: number): number {
  const content = beginNode(at)
  const first = entries[low]!
  let end: number
  if (high - low === 1) {
    end = writePath(content, first.key, depth, first.key.length * 2, true)
    end = writeString(end, first.value)
  } else {
    const last = entries[high - 1]!.key
    const limit = Math.min(first.key.length, last.length) * 2
    // Sorted, so what the first and the last share, all share.
    const fork = firstDifference(first.key, last, depth, limit)
    if (fork > depth) {
      end = writePath(content, first.key, depth, fork, false)
      end = writeChild(low, high, fork, end)
    } else {
      end = writeBranch(low, high, depth, content)
    }
  }
  nodeStart = closeNode(content, end)
  return end
}

function writeBranch(low: number, high: number, depth: number, content: number): number {
  let next = low
  // A key that ends here sorts before those that go on.
  const value = entries[low]!.key.length * 2 === depth ? entries[next++]!.value : undefined
  let end = content
  for (let digit = 0; digit < 16; digit++) {
    const begin = next
    while (next < high && nibble(entries[next]!.key, depth) === digit) next++
    end = next === begin ? writeEmpty(end) : writeChild(begin, next, depth + 1, end)
  }
  return value === undefined ? writeEmpty(end) : writeString(end, value)
}

function writeChild(low: number, high: number, depth: number, at: number): number {
  const end = writeNode(low, high, depth, at)
  return shrinkToReference(at, nodeStart, end)
}

/** The root over entries in ascending order of distinct keys, in one pass and without building the trie. */
export function rootOfSorted(sorted: readonly TrieEntry[]): Uint8Array {
  if (sorted.length === 0) return EMPTY_ROOT
  entries = sorted
  const end = writeNode(0, sorted.length, 0, 0)
  entries = []
  return hashNode(nodeStart, end)
}

/** The root over entries with distinct keys in any order; the array is sorted in place. */
export function rootOf(unsorted: TrieEntry[]): Uint8Array {
  return rootOfSorted(unsorted.sort((a, b) => compareBytes(a.key, b.key)))
}
