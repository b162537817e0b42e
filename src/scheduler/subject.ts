import type { Message } from '../types/transaction.js'

const SELECTOR = 4
const WORD = 32
const ADDRESS = 20
const MOST_ARGUMENTS = 16

/**
 * One number for what a call is about: the function, and the accounts that it names beside its sender in any order, or else its
 * first argument (as assembly/schedule/conflict.ts knows calls). 0 for what is no call. Two calls that are about
 * the same thing need not conflict, and two numbers may be equal by chance: this is for guesses.
 */
export function subjectOf({ to, sender, data }: Message): number {
  if (to === undefined || data.length < SELECTOR) return 0
  const call = hashBytes(hashBytes(BASIS, to, 0, ADDRESS), data, 0, SELECTOR)
  const end = Math.min(data.length, SELECTOR + MOST_ARGUMENTS * WORD)
  let named = 0
  for (let word = SELECTOR; word + WORD <= end; word += WORD) {
    if (!isAddress(data, word) || isSame(data, word + WORD - ADDRESS, sender)) continue
    named = (named + hashBytes(BASIS, data, word + WORD - ADDRESS, ADDRESS)) | 0
  }
  if (named === 0 && end >= SELECTOR + WORD) named = hashBytes(BASIS, data, SELECTOR, WORD)
  return Math.imul(call ^ named, PRIME) | 1
}

/** One number for who sends a transaction. */
export function senderOf({ sender }: Message): number {
  return hashBytes(BASIS, sender, 0, ADDRESS)
}

/** FNV-1a, of 32 bits. */
const BASIS = 0x811c9dc5 | 0
const PRIME = 0x01000193

function hashBytes(seed: number, bytes: Uint8Array, start: number, length: number): number {
  let hash = seed
  for (let at = start; at < start + length; at++) hash = Math.imul(hash ^ bytes[at]!, PRIME)
  return hash
}

/** As large as an address, and no larger: amounts are smaller, hashes are not. */
function isAddress(data: Uint8Array, word: number): boolean {
  for (let at = word; at < word + WORD - ADDRESS; at++) if (data[at] !== 0) return false
  for (let at = word + WORD - ADDRESS; at < word + 16; at++) if (data[at] !== 0) return true
  return false
}

function isSame(data: Uint8Array, at: number, address: Uint8Array): boolean {
  for (let i = 0; i < ADDRESS; i++) if (data[at + i] !== address[i]) return false
  return true
}
