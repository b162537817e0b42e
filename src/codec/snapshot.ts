/** How much V8 may not know of. */
const MOST = 64 << 20

let unknown = 0
/** Gone when V8 has collected garbage, and what it did not know of with it. */
let witness = new WeakRef({})

/**
 * Memory for a copy of what a block has left behind, which few ever look at. An ArrayBuffer weighs as much as objects of its size to V8:
 * with a small heap it begins to mark after 8 MB of them, two blocks, on threads that take cores from our workers. What threads could
 * share weighs nothing. So that it does not pile up where there is no other garbage, what goes beyond 64 MB is of the usual kind.
 */
export function snapshotBuffer(bytes: number): ArrayBufferLike {
  if (witness.deref() === undefined) {
    witness = new WeakRef({})
    unknown = 0
  }
  if (unknown + bytes > MOST) return new ArrayBuffer(bytes)
  unknown += bytes
  return new SharedArrayBuffer(bytes)
}
