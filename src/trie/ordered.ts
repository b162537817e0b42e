import { encodeRlp } from '../codec/rlp.js'
import { rootOfSorted, type TrieEntry } from './sorted.js'

/**
 * The root of a list under its encoded indexes: transactions, receipts, withdrawals. 1 to 127 encode as one byte below
 * 0x80, 0 as 0x80, and from 128 on a longer encoding is a greater one: in that order the keys are sorted already.
 */
export function orderedRoot(values: readonly Uint8Array[]): Uint8Array {
  const entries: TrieEntry[] = []
  const add = (index: number) => entries.push({ key: encodeRlp(BigInt(index)), value: values[index]! })
  const count = values.length
  for (let index = 1; index < count && index < 128; index++) add(index)
  if (count > 0) add(0)
  for (let index = 128; index < count; index++) add(index)
  return rootOfSorted(entries)
}
