import {
  ARENA_COUNT,
  ARENA_SIZE,
  ARENAS,
  CODE_HEAP_END,
  CODE_HEAP_NEXT,
  CODE_HEAP_START,
  CODE_COUNT,
  CODE_INDEX,
  CODE_INDEX_MASK,
  DIRTY_LIST,
  FIRST_FREE,
  HEAP_END,
  HEAP_NEXT,
  HEAP_START,
  LOCATION_CAPACITY,
  LOCATION_COUNT,
  LOCATION_INDEX,
  LOCATION_INDEX_MASK,
  LOCATIONS,
  MAX_WORKERS,
} from '../layout'
import { NO_MORE } from '../version/dirty'
import { dropLocations, LOCATION_SIZE, MOST_LOCATIONS } from '../version/location'
import { MINIMUM_ARENA } from './arena'
import { drawSecrets } from './hash-table'
import { resetHeap } from './heap'

/**
 * Places the parts of the shared memory, once, by the first instance. `locations` and `codes` are powers of two. Gives the bytes
 * that the heap has, or 0 when the memory is too small for what was asked.
 */
export function arrange(memoryBytes: u64, workers: u32, arenaSize: u32, locations: u32, codes: u32, seed: u64): u32 {
  if (!workers || workers > MAX_WORKERS || <usize>arenaSize < MINIMUM_ARENA) return 0
  if (
    locations < 64 ||
    locations > MOST_LOCATIONS ||
    popcnt<u32>(locations) != 1 ||
    codes < 64 ||
    popcnt<u32>(codes) != 1
  )
    return 0
  // At most half full: accounts and slots have two locations each, and are found by one entry.
  const indexBytes = (<u64>locations) << 2
  const index = <u64>FIRST_FREE
  const records = index + indexBytes
  const codeIndex = records + <u64>locations * LOCATION_SIZE
  const arenas = codeIndex + ((<u64>codes) << 2)
  const heap = arenas + <u64>workers * arenaSize
  if (heap + 0x10000 > memoryBytes) return 0
  store<u32>(LOCATION_INDEX, <u32>index)
  store<u32>(LOCATION_INDEX_MASK, locations - 1)
  store<u32>(LOCATIONS, <u32>records)
  store<u32>(LOCATION_CAPACITY, locations)
  dropLocations()
  store<u32>(DIRTY_LIST, NO_MORE)
  store<u32>(CODE_INDEX, <u32>codeIndex)
  store<u32>(CODE_INDEX_MASK, codes - 1)
  store<u32>(CODE_COUNT, 0)
  store<u32>(ARENAS, <u32>arenas)
  store<u32>(ARENA_SIZE, arenaSize)
  store<u32>(ARENA_COUNT, workers)
  // Half for codes: a code and its analysis take some fifteen times its size.
  const blockHeap = heap + (((memoryBytes - 0x10000 - heap) >> 1) & ~15)
  store<u32>(CODE_HEAP_START, <u32>heap)
  store<u32>(CODE_HEAP_NEXT, <u32>heap)
  store<u32>(CODE_HEAP_END, <u32>blockHeap)
  store<u32>(HEAP_START, <u32>blockHeap)
  store<u32>(HEAP_NEXT, <u32>blockHeap)
  // The last 64 KiB stay free, so that a pointer just behind the heap never wraps to zero.
  store<u32>(HEAP_END, <u32>(memoryBytes - 0x10000))
  drawSecrets(seed)
  return load<u32>(HEAP_END) - <u32>blockHeap
}

/** Forgets all state: locations, codes, and what is in the heap. Costs the same whatever there was. */
export function forget(): void {
  dropLocations()
  store<u32>(DIRTY_LIST, NO_MORE)
  memory.fill(<usize>load<u32>(CODE_INDEX), 0, (<usize>load<u32>(CODE_INDEX_MASK) + 1) << 2)
  store<u32>(CODE_COUNT, 0)
  store<u32>(CODE_HEAP_NEXT, load<u32>(CODE_HEAP_START))
  resetHeap()
}

/** Whether the pages hold so much that the next block had better begin without: half of what there is room for of anything. */
export function isCrowded(): bool {
  const codes = load<u32>(CODE_HEAP_NEXT) - load<u32>(CODE_HEAP_START)
  return (
    load<u32>(LOCATION_COUNT) > load<u32>(LOCATION_CAPACITY) >> 1 ||
    load<u32>(CODE_COUNT) > load<u32>(CODE_INDEX_MASK) >> 1 ||
    codes > (load<u32>(CODE_HEAP_END) - load<u32>(CODE_HEAP_START)) >> 1
  )
}
