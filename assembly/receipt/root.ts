import { keccak256 } from '../hash/keccak256'
import { evmMemory, exchange } from '../runtime/arena'
import { taskAt } from '../schedule/task'
import { BLOOM_SIZE, joinBloom, RECENT_SIZE, startBlooms, writeBloom } from './bloom'
import { receiptSize, writeReceipt } from './receipt'
import { HEADER_ROOM, headerSize, LIST, STRING, writeHeader } from './rlp'

/**
 * The root of the receipts of a block's tasks, and their joined blooms, in one pass and without building the trie: a node under
 * construction starts where its parent will have a reference to it, its children above it, and is shrunk to that reference when it
 * is finished. What is written lies in this worker's EVM memory, where nothing is executed meanwhile: it has room for one
 * transaction's logs several times over.
 *
 *   recent values      see bloom.ts
 *   bloom              of one receipt
 *   nodes              of the way to that
 *
 * The exchange gets the root (32 bytes) and the joined blooms behind it.
 */
const HASH_SIZE: usize = 32

let bloom: usize = 0
let count: u32 = 0
let nodeStart: usize = 0

export function receiptsRoot(tasks: u32): void {
  count = tasks
  startBlooms(evmMemory)
  bloom = evmMemory + RECENT_SIZE
  const nodes = bloom + BLOOM_SIZE
  memory.fill(exchange + HASH_SIZE, 0, BLOOM_SIZE)
  if (tasks) {
    const end = writeNode(0, tasks, 0, nodes)
    keccak256(exchange, nodeStart, <u32>(end - nodeStart))
  } else {
    store<u8>(nodes, STRING)
    keccak256(exchange, nodes, 1)
  }
}

/** Writes the node of the places [low, high), whose keys agree in their first `depth` nibbles, above `at`; gives its end. */
function writeNode(low: u32, high: u32, depth: u32, at: usize): usize {
  const content = at + HEADER_ROOM
  let end: usize
  if (high - low == 1) {
    end = writeLeaf(low, depth, content)
  } else {
    // Sorted, so what the first and the last share, all share; and none is the beginning of another.
    const fork = (<u32>clz<u32>(keyAt(low) ^ keyAt(high - 1))) >> 2
    if (fork > depth) {
      end = writePath(content, keyAt(low), depth, fork, false)
      end = writeChild(low, high, fork, end)
    } else {
      end = writeBranch(low, high, depth, content)
    }
  }
  const size = <u32>(end - content)
  nodeStart = content - headerSize(size)
  writeHeader(nodeStart, size, LIST)
  return end
}

function writeLeaf(place: u32, depth: u32, at: usize): usize {
  const task = taskAt(indexOf(place))
  const key = keyAt(place)
  at = writePath(at, key, depth, nibblesOf(key), true)
  writeBloom(bloom, task)
  joinBloom(exchange + HASH_SIZE, bloom)
  return writeReceipt(writeHeader(at, receiptSize(task), STRING), task, bloom)
}

function writeBranch(low: u32, high: u32, depth: u32, at: usize): usize {
  let next = low
  for (let digit: u32 = 0; digit < 16; digit++) {
    const begin = next
    while (next < high && nibble(keyAt(next), depth) == digit) next++
    if (next == begin) store<u8>(at++, STRING)
    else at = writeChild(begin, next, depth + 1, at)
  }
  store<u8>(at, STRING)
  return at + 1
}

/** No node is so short that its parent holds it whole: each has a receipt below it, or a hash. */
function writeChild(low: u32, high: u32, depth: u32, at: usize): usize {
  const end = writeNode(low, high, depth, at)
  keccak256(at + 1, nodeStart, <u32>(end - nodeStart))
  store<u8>(at, STRING + <u32>HASH_SIZE)
  return at + 1 + HASH_SIZE
}

/** The nibbles [from, to) of a key in hex-prefix form, as a string. */
function writePath(at: usize, key: u32, from: u32, to: u32, isLeaf: bool): usize {
  const bytes = ((to - from) >> 1) + 1
  if (bytes > 1) store<u8>(at++, STRING + bytes)
  const flag: u32 = isLeaf ? 0x20 : 0
  const isOdd = ((to - from) & 1) != 0
  store<u8>(at++, isOdd ? flag | 0x10 | nibble(key, from) : flag)
  for (let i = isOdd ? from + 1 : from; i < to; i += 2) store<u8>(at++, (nibble(key, i) << 4) | nibble(key, i + 1))
  return at
}

/**
 * Keys are the indexes in RLP. 1 to 127 encode as one byte below 0x80, 0 as 0x80, and from 128 on a longer encoding is a greater
 * one: so the sorted order needs no sorting.
 */
@inline
function indexOf(place: u32): u32 {
  const placeOfZero = min(count - 1, 127)
  return place < placeOfZero ? place + 1 : place == placeOfZero ? 0 : place
}

/** Its bytes from the highest on. */
function keyAt(place: u32): u32 {
  const index = indexOf(place)
  if (!index) return 0x80 << 24
  if (index < 1 << 7) return index << 24
  if (index < 1 << 8) return (0x81 << 24) | (index << 16)
  if (index < 1 << 16) return (0x82 << 24) | (index << 8)
  return (0x83 << 24) | index
}

function nibblesOf(key: u32): u32 {
  const first = key >>> 24
  return first <= 0x80 ? 2 : 2 * (first - 0x80 + 1)
}


@inline
function nibble(key: u32, depth: u32): u32 {
  return (key >>> (28 - 4 * depth)) & 15
}
