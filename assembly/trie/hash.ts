import {
  EMPTY_ROOT,
  encodeAccount,
  encodeBranch,
  encodeExtension,
  encodeSlot,
  storeHash,
  storeReference,
} from './encode'
import { OUTPUT, REFERENCE, ROOT } from './layout'
import { save } from './log'
import { lookBelow } from './look'
import {
  CONTRACT,
  copy32,
  endOf,
  Kind,
  kindOf,
  linkBelow,
  linkOf,
  own,
  presentOf,
  REFERENCE_SIZE,
  referencesOf,
  setStale,
  staleOf,
  STORAGE,
  STORAGE_IS_STALE,
  STORAGE_ROOT,
} from './node'

/** Encodes a node, what is stale below it brought up to date first; gives its end. */
function encode(node: usize, depth: u32): usize {
  switch (kindOf(node)) {
    case Kind.Account:
      refreshStorage(load<u32>(node, CONTRACT))
      return encodeAccount(node, depth)
    case Kind.Slot:
      return encodeSlot(node, depth)
    case Kind.Extension: {
      const end = endOf(node)
      storeReference(REFERENCE, encode(load<u32>(linkBelow(node)), end))
      return encodeExtension(node, depth, REFERENCE)
    }
    default:
      refresh(node, depth)
      return encodeBranch(node)
  }
}

/** Hashes what is stale below a branch. */
function refresh(branch: usize, depth: u32): void {
  const present = presentOf(branch)
  const references = referencesOf(branch)
  let rest = staleOf(branch)
  if (!rest) return
  own(branch)
  if (rest & (rest - 1)) lookBelow(branch)
  for (; rest; rest &= rest - 1) {
    const bit = rest & -rest
    const reference = references + <usize>popcnt<u32>(present & (bit - 1)) * REFERENCE_SIZE
    const end = encode(load<u32>(linkOf(branch, bit)), depth + 1)
    save(reference, REFERENCE_SIZE)
    storeReference(reference, end)
  }
  setStale(branch, 0)
}

function refreshStorage(contract: usize): void {
  if (!contract || !load<u32>(contract, STORAGE_IS_STALE)) return
  own(contract)
  storeRoot(contract + STORAGE_ROOT, load<u32>(contract, STORAGE))
  store<u32>(contract, 0, STORAGE_IS_STALE)
}

function storeRoot(out: usize, node: usize): void {
  if (node) storeHash(out, encode(node, 0))
  else copy32(out, EMPTY_ROOT)
}

/** Writes the root of the accounts to OUTPUT. */
export function root(): void {
  storeRoot(OUTPUT, load<u32>(ROOT))
}
