import { setExponent } from '../bigint/exponent'
import { fromBigEndian, limbsOfBytes, toBigEndian } from '../bigint/limbs'
import { power, powerWorkSize } from '../bigint/power'
import { Fork } from '../fork/fork'
import { bigScratch, bigScratchSize } from '../runtime/scratch'
import { OVER_LIMIT, UNPAYABLE } from './precompile'

/** Three lengths of 32 bytes, then base, exponent, modulus. What lies past the end of the input is zero. */
const BASE_LENGTH: u32 = 0
const EXPONENT_LENGTH: u32 = 32
const MODULUS_LENGTH: u32 = 64
const HEADER: u32 = 96

/** Bytes of the exponent whose bits are counted one by one. */
const EXPONENT_HEAD: u32 = 32

/** EIP-7823 */
const LONGEST_OPERAND: u64 = 1024

/** EIP-198: complexity × iterations / divisor. */
const COST_DIVISOR: u64 = 20

/** EIP-2565 */
const COST_DIVISOR_BERLIN: u64 = 3
const MINIMUM_COST_BERLIN: u64 = 200

/** EIP-7883 */
const MINIMUM_COST_OSAKA: u64 = 500

export function modexpCost(fork: Fork, input: usize, length: u32): u64 {
  const baseLength = lengthAt(input, length, BASE_LENGTH)
  const exponentLength = lengthAt(input, length, EXPONENT_LENGTH)
  const modulusLength = lengthAt(input, length, MODULUS_LENGTH)
  const longest = max(baseLength, modulusLength)
  if (fork >= Fork.Osaka && max(longest, exponentLength) > LONGEST_OPERAND) return UNPAYABLE

  const headBits = exponentHeadBits(input, length, baseLength, exponentLength)
  const iterations = iterationCount(exponentLength, headBits, fork >= Fork.Osaka ? 16 : 8)
  const product = saturatingMultiply(complexity(fork, longest), iterations)
  if (product == UNPAYABLE) return UNPAYABLE
  if (fork >= Fork.Osaka) return max(MINIMUM_COST_OSAKA, product)
  if (fork >= Fork.Berlin) return max(MINIMUM_COST_BERLIN, product / COST_DIVISOR_BERLIN)
  return product / COST_DIVISOR
}

/** Assumes that the cost was paid, so that base and modulus are shorter than 4 GiB. */
export function runModexp(input: usize, length: u32, output: usize, outputCapacity: u32): i32 {
  const baseLength = <u32>lengthAt(input, length, BASE_LENGTH)
  const exponentLength = lengthAt(input, length, EXPONENT_LENGTH)
  const modulusLength = <u32>lengthAt(input, length, MODULUS_LENGTH)
  if (modulusLength == 0) return 0
  if (modulusLength > outputCapacity || exponentLength > u32.MAX_VALUE) return OVER_LIMIT

  const exponentAt = <u64>HEADER + baseLength
  const modulusAt = exponentAt + exponentLength
  setExponent(input + <usize>exponentAt, availableAt(length, exponentAt, <u32>exponentLength), <u32>exponentLength)

  const baseLimbs = max(limbsOfBytes(baseLength), 1)
  const modulusLimbs = limbsOfBytes(modulusLength)
  const operandsSize = (<u64>baseLimbs + 2 * <u64>modulusLimbs) << 2
  if (operandsSize + powerWorkSize(baseLimbs, modulusLimbs) > <u64>bigScratchSize) return OVER_LIMIT
  const base = bigScratch
  const modulus = base + ((<usize>baseLimbs) << 2)
  const result = modulus + ((<usize>modulusLimbs) << 2)
  const work = result + ((<usize>modulusLimbs) << 2)

  fromBigEndian(base, baseLimbs, input + HEADER, availableAt(length, HEADER, baseLength), baseLength)
  fromBigEndian(
    modulus,
    modulusLimbs,
    input + <usize>modulusAt,
    availableAt(length, modulusAt, modulusLength),
    modulusLength,
  )
  power(result, base, baseLimbs, modulus, modulusLimbs, work)
  toBigEndian(output, modulusLength, result, modulusLimbs)
  return modulusLength
}

/** How the work of one multiplication grows with the longer of base and modulus. */
function complexity(fork: Fork, longest: u64): u64 {
  if (longest > u32.MAX_VALUE) return UNPAYABLE
  const words = (longest + 7) >> 3
  if (fork >= Fork.Osaka) return longest <= 32 ? 16 : 2 * words * words
  if (fork >= Fork.Berlin) return words * words
  if (longest <= 64) return longest * longest
  if (longest <= 1024) return (longest * longest) / 4 + 96 * longest - 3072
  return (longest * longest) / 16 + 480 * longest - 199_680
}

function iterationCount(exponentLength: u64, headBits: u32, tailByteWeight: u64): u64 {
  if (exponentLength >= 1 << 59) return UNPAYABLE
  let iterations: u64 = headBits == 0 ? 0 : headBits - 1
  if (exponentLength > EXPONENT_HEAD) iterations += tailByteWeight * (exponentLength - EXPONENT_HEAD)
  return max<u64>(iterations, 1)
}

/** Bits of the number that the first 32 bytes of the exponent are, or all of it if it is shorter. */
function exponentHeadBits(input: usize, length: u32, baseLength: u64, exponentLength: u64): u32 {
  if (baseLength > u32.MAX_VALUE) return 0
  const head = <u32>min<u64>(exponentLength, EXPONENT_HEAD)
  const at = <u64>HEADER + baseLength
  const available = availableAt(length, at, head)
  for (let i: u32 = 0; i < available; ++i) {
    const byte = load<u8>(input + <usize>at + i)
    if (byte != 0) return ((head - i) << 3) - (clz<u32>(byte) - 24)
  }
  return 0
}

/** A big-endian 256-bit number; u64.MAX_VALUE if it is larger than that. */
function lengthAt(input: usize, length: u32, at: u32): u64 {
  let value: u64 = 0
  for (let i = at; i < at + 32; ++i) {
    if (value >> 56 != 0) return u64.MAX_VALUE
    value = (value << 8) | (i < length ? load<u8>(input + i) : 0)
  }
  return value
}

/** How many of `size` bytes from `at` on are inside the input. */
function availableAt(length: u32, at: u64, size: u32): u32 {
  return at >= length ? 0 : <u32>min<u64>(length - at, size)
}

function saturatingMultiply(a: u64, b: u64): u64 {
  return a != 0 && b > u64.MAX_VALUE / a ? UNPAYABLE : a * b
}
