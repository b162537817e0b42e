import { FREE_LISTS, HEAP, HEAP_LIMIT, HEAP_NEXT, IN_USE, IS_FULL } from './layout'

const PAGE_BITS: u32 = 16
/** The last page is never used: pointers just behind a node must not wrap, and what reads in whole words may read beyond one. */
const MOST_PAGES: u32 = 0xffff
const LEAST_GROWTH: u32 = 4

/** For a memory of zeros: one that was copied has its heap already. */
export function prepare(): void {
  if (load<u32>(HEAP_NEXT)) return
  store<u32>(HEAP_NEXT, <u32>HEAP)
  store<u32>(HEAP_LIMIT, limit())
}

function limit(): u32 {
  return (min<u32>(<u32>memory.size(), MOST_PAGES) << PAGE_BITS) - 64
}


@inline
function freeList(size: usize): usize {
  return FREE_LISTS + (size >> 1)
}

/** A node's place, or a chunk's: any multiple of eight bytes. Its content is whatever was there. Traps when the memory is full. */
export function take(size: usize): usize {
  const list = freeList(size)
  const free = <usize>load<u32>(list)
  const place = free ? free : takeNew(size)
  if (free) store<u32>(list, load<u32>(free))
  store<u64>(IN_USE, load<u64>(IN_USE) + <u64>size)
  return place
}

/** Never used before. */
export function takeNew(size: usize): usize {
  const place = <usize>load<u32>(HEAP_NEXT)
  if (place + size > <usize>load<u32>(HEAP_LIMIT)) grow(size)
  store<u32>(HEAP_NEXT, <u32>(place + size))
  return place
}

export function giveBack(place: usize, size: usize): void {
  const list = freeList(size)
  store<u32>(place, load<u32>(list))
  store<u32>(list, <u32>place)
  store<u64>(IN_USE, load<u64>(IN_USE) - <u64>size)
}

/** By a quarter at least: each step may make V8 collect garbage. Where that is too much, by what is needed. */
function grow(size: usize): void {
  const pages = <u32>memory.size()
  const needed = ((<u32>size) >> PAGE_BITS) + 1
  const wanted = max(needed, max(LEAST_GROWTH, pages >> 2))
  if (pages + needed > MOST_PAGES || (memory.grow(wanted) < 0 && memory.grow(needed) < 0)) {
    store<u32>(IS_FULL, 1)
    unreachable()
  }
  store<u32>(HEAP_LIMIT, limit())
}

export function usedBytes(): f64 {
  return <f64>load<u64>(IN_USE)
}

/** Above it is nothing that a copy needs. */
export function heapEnd(): usize {
  return load<u32>(HEAP_NEXT)
}
