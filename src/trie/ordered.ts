import { Pieces } from '../codec/pieces.js'
import { lendRlp } from '../codec/rlp.js'
import { rootOfSorted, type ValueAt } from './sorted.js'

/** The root of a list under its encoded indexes: transactions, withdrawals. */
export function orderedRoot(values: readonly Uint8Array[]): Uint8Array {
  return orderedRootOf(values.length, (index) => values[index]!)
}

/**
 * The same of values that are asked for one by one, as are those of receipts, which together would be megabytes. 1 to 127 encode
 * as one byte below 0x80, 0 as 0x80, and from 128 on a longer encoding is a greater one: in that order the keys are sorted already.
 */
export function orderedRootOf(count: number, valueAt: ValueAt): Uint8Array {
  const pieces = new Pieces()
  const keys: Uint8Array[] = []
  for (let index = 1; index < count && index < 128; index++) keys.push(encodeIndex(index, pieces))
  const placeOfZero = keys.length
  if (count > 0) keys.push(encodeIndex(0, pieces))
  for (let index = 128; index < count; index++) keys.push(encodeIndex(index, pieces))
  return rootOfSorted(keys, (place) => valueAt(place < placeOfZero ? place + 1 : place === placeOfZero ? 0 : place))
}

function encodeIndex(index: number, pieces: Pieces): Uint8Array {
  const encoded = lendRlp(BigInt(index))
  const key = pieces.take(encoded.length)
  key.set(encoded)
  return key
}
