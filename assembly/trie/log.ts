import { giveBack, take, takeNew } from './heap'
import { FREE_CHUNKS, GIVEN_UP, LAYER, LAYERS, LOG_CHUNK, LOG_END, ROOT } from './layout'

/**
 * What an open layer has changed, so that it can be rolled back: the bytes as they were before each change that counts. Undone in
 * reverse order, every byte ends as what its oldest entry says. Entries stand in chunks and are read backwards:
 *
 *   chunk   0 the one before u32 · 4 where its entries end u32 · 8 entries
 *   entry   bytes, in whole words of 64 bits · where they were u32 · how many u32
 *
 * A node that was taken has an entry without bytes, as has one that was given up. That one stays as it is until the layer is kept,
 * because to roll back brings it back.
 */
const CHUNK_SIZE: usize = 1 << 16
const TRAILER: usize = 8
const TAKEN: u32 = 0x8000_0000
const GIVEN: u32 = 0x4000_0000
const SIZE: u32 = 0x3fff_ffff


@inline
export function layer(): u64 {
  return load<u64>(LAYER)
}

/** Room for an entry with so many bytes. It comes first: when it traps, nothing has happened yet. */
function room(bytes: usize): usize {
  const chunk = <usize>load<u32>(LOG_CHUNK)
  const end = <usize>load<u32>(LOG_END)
  if (chunk && end + bytes + TRAILER <= chunk + CHUNK_SIZE) return end
  const free = <usize>load<u32>(FREE_CHUNKS)
  const next = free ? free : takeNew(CHUNK_SIZE)
  if (free) store<u32>(FREE_CHUNKS, load<u32>(free))
  store<u32>(next, <u32>chunk)
  store<u32>(next, <u32>end, 4)
  store<u32>(LOG_CHUNK, <u32>next)
  store<u32>(LOG_END, <u32>(next + 8))
  return next + 8
}


@inline
function close(trailer: usize, place: usize, size: u32): void {
  store<u32>(trailer, <u32>place)
  store<u32>(trailer, size, 4)
  store<u32>(LOG_END, <u32>(trailer + TRAILER))
}

/** Keeps bytes that are about to change, at most those of the largest node. */
export function save(place: usize, size: usize): void {
  if (!layer()) return
  const whole = (size + 7) & ~7
  const entry = room(whole)
  for (let i: usize = 0; i < whole; i += 8) store<u64>(entry + i, load<u64>(place + i))
  close(entry + whole, place, <u32>size)
}

/** A place for a node. */
export function takeNode(size: usize): usize {
  if (!layer()) return take(size)
  const entry = room(0)
  const node = take(size)
  close(entry, node, TAKEN | (<u32>size))
  return node
}

export function giveUp(node: usize, size: usize): void {
  if (!layer()) {
    giveBack(node, size)
    return
  }
  close(room(0), node, GIVEN | (<u32>size))
  store<u32>(GIVEN_UP, load<u32>(GIVEN_UP) + 1)
}

/** Opens a layer. There is one at most. */
export function begin(): void {
  const number = load<u64>(LAYERS) + 1
  store<u64>(LAYERS, number)
  store<u64>(LAYER, number)
  save(ROOT, 4)
}

/** Closes the layer: what it changed stays. */
export function keep(): void {
  if (load<u32>(GIVEN_UP)) readBack(false)
  end()
}

/** Closes the layer: everything is, byte by byte, what it was when it was opened. */
export function rollBack(): void {
  readBack(true)
  end()
}

function readBack(restores: bool): void {
  let chunk = <usize>load<u32>(LOG_CHUNK)
  let at = <usize>load<u32>(LOG_END)
  while (chunk) {
    while (at > chunk + 8) {
      at -= TRAILER
      const place = <usize>load<u32>(at)
      const kind = load<u32>(at, 4)
      const size = <usize>(kind & SIZE)
      if (kind & TAKEN) {
        if (restores) giveBack(place, size)
      } else if (kind & GIVEN) {
        if (!restores) giveBack(place, size)
      } else {
        at -= (size + 7) & ~7
        if (restores) restore(place, at, size)
      }
    }
    at = load<u32>(chunk, 4)
    chunk = load<u32>(chunk)
  }
}


@inline
function restore(place: usize, from: usize, size: usize): void {
  let i: usize = 0
  for (; i + 8 <= size; i += 8) store<u64>(place + i, load<u64>(from + i))
  for (; i < size; i++) store<u8>(place + i, load<u8>(from + i))
}

function end(): void {
  let chunk = <usize>load<u32>(LOG_CHUNK)
  while (chunk) {
    const before = <usize>load<u32>(chunk)
    store<u32>(chunk, load<u32>(FREE_CHUNKS))
    store<u32>(FREE_CHUNKS, <u32>chunk)
    chunk = before
  }
  store<u32>(LOG_CHUNK, 0)
  store<u32>(LOG_END, 0)
  store<u32>(GIVEN_UP, 0)
  store<u64>(LAYER, 0)
}
