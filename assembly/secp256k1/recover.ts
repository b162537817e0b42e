/**
 * The key that made an ECDSA signature. Takes as long as its operands make it take: signatures are public. Signing, whose
 * operands are not, has no place here.
 */
import { keccak256 } from '../hash/keccak256'
import * as u256 from '../u256/index'
import { combine } from './combine'
import { invertElement, invertFactor, prepare } from './constants'
import { FIELD, ORDER } from './curve'
import { ELEMENT_SIZE, fromWord, isNormalZero, negateElement, normalize, setSmall, subtract, toWord } from './element'
import { INPUT, KEY, OUTPUT, RECOVER } from './layout'
import { multiply } from './multiply'
import { isInfinity, Y, Z } from './point'
import { square } from './square'
import { squareRoot } from './square-root'

const HASH = RECOVER
const R = HASH + 32
const S = R + 32
const FOR_GENERATOR = S + 32
const FOR_NONCE = FOR_GENERATOR + 32

const NONCE = FOR_NONCE + 32
const SQUARE = NONCE + 2 * ELEMENT_SIZE
const CHECK = SQUARE + ELEMENT_SIZE
const SUM = CHECK + ELEMENT_SIZE

/**
 * From the hash, r and s at INPUT, and the recovery id: bit 0 is the parity of the nonce point's y, bit 1 says that its x is r + n.
 * Writes the key to KEY and its hash to OUTPUT. False if no key can have made the signature: r or s is not in [1, n), no
 * point has that x, or the key would be infinity.
 */
export function recover(id: u32): bool {
  prepare()
  u256.loadWord(HASH, INPUT)
  u256.loadWord(R, INPUT + 32)
  u256.loadWord(S, INPUT + 64)
  if (u256.isZero(R) || !u256.lt(R, ORDER) || u256.isZero(S) || !u256.lt(S, ORDER)) return false
  if (!findNonce(id)) return false
  writeFactors()
  combine(SUM, FOR_GENERATOR, FOR_NONCE, NONCE, NONCE + Y)
  if (isInfinity(SUM)) return false
  writeKey()
  keccak256(OUTPUT, KEY, 64)
  return true
}

function findNonce(id: u32): bool {
  u256.copy(FOR_NONCE, R)
  if (id & 2) {
    u256.add(FOR_NONCE, R, ORDER)
    if (u256.lt(FOR_NONCE, R) || !u256.lt(FOR_NONCE, FIELD)) return false
  }
  fromWord(NONCE, FOR_NONCE)
  square(SQUARE, NONCE)
  multiply(SQUARE, SQUARE, NONCE)
  setSmall(CHECK, -7)
  subtract(SQUARE, SQUARE, CHECK)

  const y = NONCE + Y
  squareRoot(y, SQUARE)
  square(CHECK, y)
  subtract(CHECK, CHECK, SQUARE)
  normalize(CHECK)
  if (!isNormalZero(CHECK)) return false
  normalize(y)
  if ((load<u32>(y) & 1) != (id & 1)) negateElement(y, y)
  return true
}

/** The key is (s R - h G) / r. */
function writeFactors(): void {
  fromWord(CHECK, R)
  invertFactor(CHECK, CHECK)
  toWord(R, CHECK)
  u256.mulmod(FOR_NONCE, S, R, ORDER)
  u256.mulmod(FOR_GENERATOR, HASH, R, ORDER)
  if (!u256.isZero(FOR_GENERATOR)) u256.sub(FOR_GENERATOR, ORDER, FOR_GENERATOR)
}

/** x = X / Z² and y = Y / Z³. */
function writeKey(): void {
  invertElement(CHECK, SUM + Z)
  square(SQUARE, CHECK)
  multiply(CHECK, CHECK, SQUARE)
  writeCoordinate(KEY, SUM, SQUARE)
  writeCoordinate(KEY + 32, SUM + Y, CHECK)
}

function writeCoordinate(bytes: usize, coordinate: usize, factor: usize): void {
  multiply(coordinate, coordinate, factor)
  normalize(coordinate)
  toWord(FOR_NONCE, coordinate)
  u256.storeBytes(bytes, FOR_NONCE)
}
