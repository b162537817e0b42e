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

/** Gives the value of the entry with this index; it need not stay beyond the next question. */
export type ValueAt = (index: number) => Uint8Array

const NO_VALUES: ValueAt = () => EMPTY_ROOT
let keys: readonly Uint8Array[] = []
let valueAt: ValueAt = NO_VALUES
let nodeStart = 0

/** Writes the node of entries [low, high), which agree in their first `depth` nibbles, above `at`; returns its end. */
function writeNode(low: number, high: number, depth: number, at: number): number {
  const content = beginNode(at)
  const first = keys[low]!
  let end: number
  if (high - low === 1) {
    end = writePath(content, first, depth, first.length * 2, true)
    end = writeString(end, valueAt(low))
  } else {
    const last = keys[high - 1]!
    const limit = Math.min(first.length, last.length) * 2
    // Sorted, so what the first and the last share, all share.
    const fork = firstDifference(first, last, depth, limit)
    if (fork > depth) {
      end = writePath(content, first, depth, fork, false)
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
  const hasValue = keys[low]!.length * 2 === depth
  if (hasValue) next++
  let end = content
  for (let digit = 0; digit < 16; digit++) {
    const begin = next
    while (next < high && nibble(keys[next]!, depth) === digit) next++
    end = next === begin ? writeEmpty(end) : writeChild(begin, next, depth + 1, end)
  }
  return hasValue ? writeString(end, valueAt(low)) : writeEmpty(end)
}

function writeChild(low: number, high: number, depth: number, at: number): number {
  const end = writeNode(low, high, depth, at)
  return shrinkToReference(at, nodeStart, end)
}

/** The root over entries in ascending order of distinct keys, in one pass and without building the trie. */
export function rootOfSorted(sorted: readonly Uint8Array[], values: ValueAt): Uint8Array {
  if (sorted.length === 0) return EMPTY_ROOT
  keys = sorted
  valueAt = values
  const end = writeNode(0, sorted.length, 0, 0)
  keys = []
  valueAt = NO_VALUES
  return hashNode(nodeStart, end)
}

/** The root over entries with distinct keys in any order; the array is sorted in place. */
export function rootOf(unsorted: TrieEntry[]): Uint8Array {
  const entries = unsorted.sort((a, b) => compareBytes(a.key, b.key))
  return rootOfSorted(
    entries.map(({ key }) => key),
    (index) => entries[index]!.value,
  )
}
