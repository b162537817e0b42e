import type { Hex } from '../block/draft.js'
import { keccak256 } from '../codec/keccak.js'

/** A number, an address, or a list of them; an empty string or bytes is an empty list. */
export type Argument = bigint | Hex | readonly Argument[]

const WORD = 32
const selectors = new Map<string, Uint8Array>()

/** What to send for a call of the function, as in `encodeCall('transfer(address,uint256)', [to, 1n])`. */
export function encodeCall(signature: string, values: readonly Argument[]): Uint8Array {
  let selector = selectors.get(signature)
  if (selector === undefined) {
    selector = keccak256(new TextEncoder().encode(signature)).slice(0, 4)
    selectors.set(signature, selector)
  }
  const words = encodeArguments(values)
  const data = new Uint8Array(4 + words.length)
  data.set(selector)
  data.set(words, 4)
  return data
}

/** Lists stand behind the other arguments, with their offset in their place. */
export function encodeArguments(values: readonly Argument[]): Uint8Array {
  const words: bigint[] = []
  const tail: bigint[] = []
  for (const value of values) {
    if (typeof value === 'object') {
      words.push(BigInt((values.length + tail.length) * WORD))
      tail.push(BigInt(value.length), ...value.map(toWord))
    } else words.push(toWord(value))
  }
  const all = [...words, ...tail]
  const data = new Uint8Array(all.length * WORD)
  for (const [index, word] of all.entries()) writeWord(data, index * WORD, word)
  return data
}

function toWord(value: Argument): bigint {
  if (typeof value === 'object') throw new Error('BUG: a list in a list')
  return BigInt.asUintN(256, BigInt(value))
}

function writeWord(data: Uint8Array, at: number, word: bigint): void {
  const view = new DataView(data.buffer, data.byteOffset)
  for (let limb = 0; limb < 4; limb++)
    view.setBigUint64(at + 8 * limb, (word >> BigInt(64 * (3 - limb))) & 0xffff_ffff_ffff_ffffn)
}
