import { type ChainConfig, forkAt } from '../chain/config.js'
import { equalBytes } from '../codec/bytes.js'
import { headerHash } from '../codec/header.js'
import { bytesToHex } from '../codec/hex.js'
import { InvalidBlockError } from '../errors.js'
import type { Block, BlockHeader } from '../types/header.js'
import { invalidBlock } from './rule.js'
import { validateHeader } from './validate-header.js'

export interface Ancestor {
  hash: Uint8Array
  header: BlockHeader
  uncles: readonly BlockHeader[]
}

const MAXIMUM_UNCLES = 2
/** An uncle's parent may be at most this many generations before the block; its uncles count as included that far back. */
export const UNCLE_GENERATIONS = 7

/**
 * Throws an InvalidBlockError unless the block's uncles are valid headers that branched off from its recent ancestors and
 * are not included yet. `ancestors` begins with the parent; those beyond seven generations are passed over.
 */
export function validateUncles(block: Block, ancestors: Iterable<Ancestor>, config: ChainConfig): void {
  const { uncles } = block
  if (uncles.length === 0) return
  if (uncles.length > MAXIMUM_UNCLES) {
    const expected = `at most ${MAXIMUM_UNCLES}`
    throw invalidBlock('TooManyUncles', { what: 'uncles', expected, got: uncles.length })
  }
  const family = new Map<string, Ancestor>()
  const included = new Set<string>()
  for (const ancestor of ancestors) {
    if (family.size === UNCLE_GENERATIONS) break
    family.set(bytesToHex(ancestor.hash), ancestor)
    for (const uncle of ancestor.uncles) included.add(bytesToHex(headerHash(uncle)))
  }
  const own = new Set<string>()
  for (const [index, uncle] of uncles.entries()) {
    const hash = bytesToHex(headerHash(uncle))
    const what = `uncle ${index}`
    if (own.has(hash)) throw invalidBlock('UncleDuplicate', { what, expected: 'two different uncles', got: hash })
    own.add(hash)
    if (included.has(hash)) {
      throw invalidBlock('UncleAlreadyIncluded', { what, expected: 'an uncle of no ancestor', got: hash })
    }
    if (family.has(hash)) throw invalidBlock('UncleIsAncestor', { what, expected: 'no ancestor', got: hash })
    const parent = family.get(bytesToHex(uncle.parentHash))
    if (parent === undefined || equalBytes(uncle.parentHash, block.header.parentHash)) {
      const expected = 'a child of the grandparent or of the five generations before it'
      throw invalidBlock('UncleParent', { what, expected, got: `a child of ${bytesToHex(uncle.parentHash)}` })
    }
    validateUncle(uncle, index, parent, config)
  }
}

/** An uncle is a proof-of-work block like any other, but for its seal, and its body, which nobody has. */
function validateUncle(header: BlockHeader, index: number, parent: Ancestor, config: ChainConfig): void {
  const fork = forkAt(config, { number: header.number, timestamp: header.timestamp, isPostMerge: false })
  try {
    validateHeader(header, { config, fork, parent: parent.header, parentHash: parent.hash })
  } catch (cause) {
    if (!(cause instanceof InvalidBlockError)) throw cause
    const { expected, got } = cause.details
    const what = `uncle ${index} (${cause.code})`
    throw invalidBlock('UncleInvalid', { what, expected, got, details: { uncle: index, rule: cause.code }, cause })
  }
}
