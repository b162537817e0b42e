import { LOOKED, ROOT, SEEN } from './layout'
import { Kind, kindOf, linkOf, nibble, presentOf, referencesOf, REFERENCE_SIZE, staleOf } from './node'

// Looking at nodes together before they are needed one by one: the processor then waits for the memory of many at once.

/** Addresses of accounts that are looked for together: of a million, half of the time of a change. */
export const AT_ONCE: u32 = 16
const LINE: usize = 64

/** Remembers a key for `lookAtPaths`. */
export function note(index: u32, key: usize): void {
  const entry = LOOKED + ((<usize>index) << 3)
  store<u32>(entry, <u32>key)
  store<u32>(entry, load<u32>(ROOT), 4)
}

/** Goes down to the accounts with the noted keys, a branch at a time for all of them. */
export function lookAtPaths(count: u32): void {
  let depth: u32 = 0
  let found = load<u32>(ROOT)
  // Ends: each turn is a branch deeper.
  while (found) {
    found = 0
    for (let index: u32 = 0; index < count; index++) {
      const entry = LOOKED + ((<usize>index) << 3)
      const node = <usize>load<u32>(entry, 4)
      if (!node) continue
      let next: u32 = 0
      if (kindOf(node) == Kind.Branch) {
        const digit = nibble(load<u32>(entry), depth)
        const bit: u32 = 1 << digit
        if (presentOf(node) & bit) next = load<u32>(linkOf(node, bit))
      }
      store<u32>(entry, next, 4)
      found |= next
    }
    depth++
  }
}

/** Looks at the stale children of a branch, and at the references in them: of a million accounts, a fifth of the time of a root. */
export function lookBelow(branch: usize): void {
  let seen: u32 = 0
  for (let rest = staleOf(branch); rest; rest &= rest - 1) {
    const child = <usize>load<u32>(linkOf(branch, rest & -rest))
    seen += load<u32>(child) + load<u32>(child + LINE)
  }
  for (let rest = staleOf(branch); rest; rest &= rest - 1) {
    const child = <usize>load<u32>(linkOf(branch, rest & -rest))
    if (kindOf(child) != Kind.Branch) continue
    const references = referencesOf(child)
    const end = references + <usize>popcnt<u32>(presentOf(child)) * REFERENCE_SIZE
    for (let line = references; line < end; line += LINE) seen += load<u32>(line)
  }
  // What nobody reads a compiler leaves out.
  store<u32>(SEEN, seen)
}
