import { NEW_KEY } from './layout'
import {
  addChild,
  copy32,
  createBranch,
  createExtension,
  createLeaf,
  drop,
  endOf,
  firstDifference,
  KEY_DIGITS,
  keyOf,
  isLeaf,
  Kind,
  kindOf,
  linkBelow,
  linkOf,
  nibble,
  own,
  presentOf,
  removeChild,
  setEnd,
  setStale,
  staleOf,
} from './node'

// A link is where the pointer to a node stands: in its parent, or where its trie begins. Who has it changed it or owns the parent.

/** The leaf with this key, to be changed: what leads to it is stale from now on. Made if there is none. */
export function touch(root: usize, key: usize, kind: Kind): usize {
  let link = root
  let depth: u32 = 0
  // Ends: each turn goes down by a node, and a leaf is the last.
  while (true) {
    const node = <usize>load<u32>(link)
    if (!node) return put(link, createLeaf(kind, key))
    const nodeKind = kindOf(node)
    own(node)
    if (nodeKind == Kind.Branch) {
      const digit = nibble(key, depth)
      const bit: u32 = 1 << digit
      if (!(presentOf(node) & bit)) {
        const leaf = createLeaf(kind, key)
        put(link, addChild(node, digit, leaf))
        return leaf
      }
      setStale(node, staleOf(node) | bit)
      link = linkOf(node, bit)
      depth++
    } else {
      const fork = firstDifference(keyOf(node), key)
      const end = nodeKind == Kind.Extension ? endOf(node) : KEY_DIGITS
      if (fork < end) return split(link, node, depth, fork, key, kind)
      if (end == KEY_DIGITS) return node
      depth = end
      link = linkBelow(node)
    }
  }
}


@inline
function put(link: usize, node: usize): usize {
  store<u32>(link, <u32>node)
  return node
}

/** A leaf or extension that the key leaves at nibble `fork` is divided there by a branch; gives the new leaf. */
function split(link: usize, node: usize, depth: u32, fork: u32, key: usize, kind: Kind): usize {
  const leaf = createLeaf(kind, key)
  const branch = createBranch(4)
  // What lies below the fork stays as it is, and only starts later; an extension may have nothing left but its child.
  const isUsedUp = kindOf(node) == Kind.Extension && fork + 1 == endOf(node)
  addChild(branch, nibble(keyOf(node), fork), isUsedUp ? <usize>load<u32>(linkBelow(node)) : node)
  addChild(branch, nibble(key, fork), leaf)
  put(link, fork == depth ? branch : createExtension(key, fork, branch))
  if (isUsedUp) drop(node)
  return leaf
}

/** The leaf with this key, or 0. */
export function find(root: usize, key: usize): usize {
  let node = <usize>load<u32>(root)
  let depth: u32 = 0
  while (node) {
    const kind = kindOf(node)
    if (kind == Kind.Branch) {
      const bit: u32 = 1 << nibble(key, depth)
      if (!(presentOf(node) & bit)) return 0
      node = load<u32>(linkOf(node, bit))
      depth++
    } else {
      const end = kind == Kind.Extension ? endOf(node) : KEY_DIGITS
      if (firstDifference(keyOf(node), key) < end) return 0
      if (end == KEY_DIGITS) return node
      node = load<u32>(linkBelow(node))
      depth = end
    }
  }
  return 0
}

/** Takes out the leaf with this key, which is there. The leaf itself is the caller's. */
export function remove(root: usize, key: usize): void {
  let link = root
  /** That to the extension which the node at `link` is the child of, or 0. */
  let above: usize = 0
  let depth: u32 = 0
  // Ends: each turn goes down by a node, and the leaf is there.
  while (true) {
    const node = <usize>load<u32>(link)
    const kind = kindOf(node)
    if (kind == Kind.Branch) {
      own(node)
      const digit = nibble(key, depth)
      const bit: u32 = 1 << digit
      const below = linkOf(node, bit)
      if (isLeaf(load<u32>(below))) {
        removeChild(node, digit)
        if (popcnt<u32>(presentOf(node)) == 1) collapse(node, depth, link, above, key)
        return
      }
      setStale(node, staleOf(node) | bit)
      link = below
      above = 0
      depth++
    } else if (kind == Kind.Extension) {
      own(node)
      above = link
      link = linkBelow(node)
      depth = endOf(node)
    } else {
      store<u32>(link, 0)
      return
    }
  }
}

/** A branch that is left with one child gives way to it. */
function collapse(branch: usize, depth: u32, link: usize, above: usize, key: usize): void {
  const present = presentOf(branch)
  const child = <usize>load<u32>(linkOf(branch, present))
  if (kindOf(child) != Kind.Branch) {
    // It continues the path by itself, and starts where the branch stood, or the extension before it.
    if (above) drop(load<u32>(above))
    put(above ? above : link, child)
  } else {
    const pathKey = keyThrough(key, depth, <u32>ctz<u32>(present))
    if (above) {
      const extension = <usize>load<u32>(above)
      copy32(keyOf(extension), pathKey)
      setEnd(extension, depth + 1)
      put(link, child)
    } else {
      put(link, createExtension(pathKey, depth + 1, child))
    }
  }
  drop(branch)
}

/** The key with another nibble at `depth`. */
function keyThrough(key: usize, depth: u32, digit: u32): usize {
  copy32(NEW_KEY, key)
  const byte = NEW_KEY + <usize>(depth >> 1)
  const shift: u32 = (~depth & 1) << 2
  store<u8>(byte, ((<u32>load<u8>(byte)) & ~(15 << shift)) | (digit << shift))
  return NEW_KEY
}

/** Gives up a trie of slots, node by node. */
export function dropSlots(node: usize): void {
  const kind = kindOf(node)
  if (kind == Kind.Branch) {
    for (let rest = presentOf(node); rest; rest &= rest - 1) dropSlots(load<u32>(linkOf(node, rest & -rest)))
  } else if (kind == Kind.Extension) {
    dropSlots(load<u32>(linkBelow(node)))
  }
  drop(node)
}
