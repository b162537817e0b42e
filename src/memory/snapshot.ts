import { collectYoung } from './collect-garbage.js'

/** How much V8 may not know of before young objects are collected, and how often it may come to that. */
const MOST = 64 << 20
const MOST_COLLECTIONS = 8

let unknown = 0
let collections = 0
/** Gone when V8 has marked, and what it did not know of with it. */
let witness = new WeakRef({})

/**
 * Memory for a copy of what a block has left behind, which few ever look at. An ArrayBuffer weighs as much as objects of its size to V8:
 * with a small heap it begins to mark after 8 MB of them, two blocks, on threads that take cores from our workers. What threads could
 * share weighs nothing. So that it does not pile up where there is no other garbage, young objects are collected now and then, here, where no
 * worker is at work. That does not find what somebody has kept for a while: after some times what is needed is of the usual kind, until V8 marks.
 */
export function snapshotBuffer(bytes: number): ArrayBufferLike {
  if (witness.deref() === undefined) {
    witness = new WeakRef({})
    unknown = 0
    collections = 0
  }
  if (bytes <= MOST && unknown + bytes > MOST && collections < MOST_COLLECTIONS) {
    collectYoung()
    collections++
    unknown = 0
  }
  if (unknown + bytes > MOST) return new ArrayBuffer(bytes)
  unknown += bytes
  return new SharedArrayBuffer(bytes)
}
