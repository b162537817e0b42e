import {
  beginNode,
  closeNode,
  copyNode,
  hashNode,
  REFERENCE_SIZE,
  storeReference,
  writeEmpty,
  writePath,
  writeReferences,
  writeString,
} from './encoding.js'
import { BRANCH, type Branch, type KnownNode, LEAF, type Node, placeOf, UNRESOLVED } from './node.js'

// The node written last begins here in the buffer. Children are finished before their parent begins, so one place is enough.
let nodeStart = 0

/** The reference of an extension's child, between its writing and its use. */
const reference: Uint8Array = new Uint8Array(REFERENCE_SIZE)

/** Encodes a node into the buffer, its stale references brought up to date first; returns its end. */
function writeNode(node: KnownNode, depth: number): number {
  let end: number
  let content: number
  if (node.kind === LEAF) {
    content = beginNode(0)
    end = writeString(writePath(content, node.key, depth, node.key.length * 2, true), node.value)
  } else if (node.kind === BRANCH) {
    if (node.stale !== 0) refreshChildren(node, depth)
    content = beginNode(0)
    end = writeBranch(content, node)
  } else {
    storeNode(node.child, node.end, reference, 0)
    content = beginNode(0)
    end = writeReferences(writePath(content, node.key, depth, node.end, false), reference, 0, 1)
  }
  nodeStart = closeNode(content, end)
  return end
}

/** Brings the stale references of a branch, and those below it, up to date. */
export function refreshChildren(branch: Branch, depth: number): void {
  for (let rest = branch.stale; rest !== 0; rest &= rest - 1) {
    const bit = rest & -rest
    const child = branch.children[31 - Math.clz32(bit)] as Node
    storeNode(child, depth + 1, branch.page, placeOf(branch, bit))
  }
  branch.stale = 0
}

function writeBranch(content: number, branch: Branch): number {
  const { present, page } = branch
  let end = content
  let place = branch.offset
  let digit = 0
  while (digit < 16) {
    if ((present & (1 << digit)) === 0) {
      end = writeEmpty(end)
      digit++
      continue
    }
    // The digits of a run have their references side by side.
    let next = digit + 1
    while (next < 16 && (present & (1 << next)) !== 0) next++
    end = writeReferences(end, page, place, next - digit)
    place += (next - digit) * REFERENCE_SIZE
    digit = next
  }
  return branch.value === undefined ? writeEmpty(end) : writeString(end, branch.value)
}

/** Writes the reference to a node into a page. */
export function storeNode(node: Node, depth: number, page: Uint8Array, offset: number): void {
  if (node.kind === UNRESOLVED) {
    page[offset] = 0xa0
    page.set(node.hash, offset + 1)
    return
  }
  const end = writeNode(node, depth)
  storeReference(nodeStart, end, page, offset)
}

export function hashOfNode(node: KnownNode): Uint8Array {
  const end = writeNode(node, 0)
  return hashNode(nodeStart, end)
}

export function encodeNode(node: KnownNode, depth: number): Uint8Array {
  const end = writeNode(node, depth)
  return copyNode(nodeStart, end)
}
