import { exponentBit, exponentBits, windowBits } from './exponent'
import { LIMB, shiftRight, significant, subtract, trailingZeros } from './limbs'
import { montgomeryMultiply, negativeInverse } from './montgomery'
import { inverseLow, maskTop, multiplyLow } from './power-of-two'
import { remainder } from './remainder'

/** Where the next limbs of working storage are taken from. */
let next: usize = 0

function take(limbs: u32): usize {
  const taken = next
  next += (<usize>limbs) << 2
  return taken
}

/** Bytes of working storage that `power` needs for a base and a modulus of so many limbs. */
export function powerWorkSize(baseLimbs: u32, modulusLimbs: u32): u64 {
  const table: u64 = 1 << (windowBits() - 1)
  return (<u64>baseLimbs + (table + 12) * (<u64>modulusLimbs + 4)) << 2
}

/**
 * out = base ^ exponent mod modulus, in as many limbs as the modulus has; the exponent is the one that was set, base and modulus
 * have at least one limb. An even modulus is split into an odd part, where Montgomery's multiplication works, and a power of
 * two, where a product just ends early; the two residues are joined by the Chinese remainder theorem.
 */
export function power(out: usize, base: usize, baseLimbs: u32, modulus: usize, limbs: u32, work: usize): void {
  memory.fill(out, 0, (<usize>limbs) << 2)
  const used = significant(modulus, limbs)
  if (used == 0 || (used == 1 && load<u32>(modulus) == 1)) return
  if (exponentBits == 0) {
    store<u32>(out, 1)
    return
  }
  next = work

  const twos = trailingZeros(modulus)
  if (twos == 0) return oddPower(out, base, baseLimbs, modulus, used)

  const lowLimbs = (twos + 31) >> 5
  const low = take(lowLimbs)
  const odd = take(used + 1)
  shiftRight(odd, used, modulus, used, twos)
  const oddLimbs = significant(odd, used)
  const isPowerOfTwo = oddLimbs == 1 && load<u32>(odd) == 1

  const mark = next
  lowPower(low, base, baseLimbs, twos, lowLimbs)
  next = mark
  if (isPowerOfTwo) {
    memory.copy(out, low, (<usize>min(lowLimbs, limbs)) << 2)
    return
  }
  const high = take(max(oddLimbs, lowLimbs))
  memory.fill(high, 0, (<usize>max(oddLimbs, lowLimbs)) << 2)
  oddPower(high, base, baseLimbs, odd, oddLimbs)
  next = high + ((<usize>max(oddLimbs, lowLimbs)) << 2)
  join(out, limbs, high, odd, oddLimbs, low, twos, lowLimbs)
}

/** out = high + odd × ((low - high) / odd mod 2^twos). */
function join(
  out: usize,
  limbs: u32,
  high: usize,
  odd: usize,
  oddLimbs: u32,
  low: usize,
  twos: u32,
  lowLimbs: u32,
): void {
  // `odd` and `high` are needed modulo 2^twos, which may be shorter or longer than they are.
  const divisor = take(lowLimbs)
  memory.fill(divisor, 0, (<usize>lowLimbs) << 2)
  memory.copy(divisor, odd, (<usize>min(oddLimbs, lowLimbs)) << 2)
  const inverse = take(lowLimbs)
  inverseLow(inverse, divisor, lowLimbs, take(2 * lowLimbs))

  const difference = divisor
  subtract(difference, low, high, lowLimbs)
  const factor = low
  multiplyLow(factor, difference, inverse, lowLimbs)
  maskTop(factor, lowLimbs, twos)

  // Below the modulus, so that what does not fit in `limbs` is zero.
  memory.copy(out, high, (<usize>oddLimbs) << 2)
  for (let i: u32 = 0; i < lowLimbs; ++i) {
    const x = <u64>load<u32>(factor + ((<usize>i) << 2))
    const target = out + ((<usize>i) << 2)
    let carry: u64 = 0
    for (let j: u32 = 0; i + j < limbs; ++j) {
      const at = (<usize>j) << 2
      carry += <u64>load<u32>(target + at)
      if (j < oddLimbs) carry += x * <u64>load<u32>(odd + at)
      store<u32>(target + at, <u32>carry)
      carry >>= 32
    }
  }
}

/** out = base ^ exponent mod an odd modulus above 1, whose last limb is not zero. */
function oddPower(out: usize, base: usize, baseLimbs: u32, m: usize, n: u32): void {
  const inverse = negativeInverse(load<u32>(m))
  const t = take(n + 1)
  const square = take(n)
  const window = windowBits()
  const table = take(n << (window - 1))

  // The base in Montgomery's form: base × 2^(32 n) mod m.
  const size = (<usize>n) << 2
  const mark = next
  const shifted = take(baseLimbs + n + 1)
  memory.fill(shifted, 0, size)
  memory.copy(shifted + size, base, (<usize>baseLimbs) << 2)
  remainder(shifted, baseLimbs + n, m, n, take(n))
  memory.copy(table, shifted, size)
  next = mark

  if (window > 1) {
    montgomeryMultiply(square, table, table, m, n, inverse, t)
    for (let i: usize = 1; i < (<usize>1) << (window - 1); ++i) {
      montgomeryMultiply(table + i * size, table + (i - 1) * size, square, m, n, inverse, t)
    }
  }

  let started = false
  for (let left = exponentBits; left > 0;) {
    const width = nextWindow(left, window)
    if (started) {
      for (let i: u32 = 0; i < width; ++i) montgomeryMultiply(out, out, out, m, n, inverse, t)
    }
    left -= width
    if (windowValue == 0) continue
    const factor = table + <usize>(windowValue >> 1) * size
    if (started) montgomeryMultiply(out, out, factor, m, n, inverse, t)
    else memory.copy(out, factor, size)
    started = true
  }

  memory.fill(square, 0, size)
  store<u32>(square, 1)
  montgomeryMultiply(out, out, square, m, n, inverse, t)
}

/** out = base ^ exponent mod 2^bits, in n limbs. */
function lowPower(out: usize, base: usize, baseLimbs: u32, bits: u32, n: u32): void {
  const size = (<usize>n) << 2
  const t = take(n)
  const window = windowBits()
  const table = take(n << (window - 1))
  memory.fill(table, 0, size)
  memory.copy(table, base, (<usize>min(baseLimbs, n)) << 2)
  if (window > 1) {
    multiplyLow(out, table, table, n)
    for (let i: usize = 1; i < (<usize>1) << (window - 1); ++i) {
      multiplyLow(table + i * size, table + (i - 1) * size, out, n)
    }
  }

  let started = false
  for (let left = exponentBits; left > 0;) {
    const width = nextWindow(left, window)
    if (started) {
      for (let i: u32 = 0; i < width; ++i) {
        multiplyLow(t, out, out, n)
        memory.copy(out, t, size)
      }
    }
    left -= width
    if (windowValue == 0) continue
    const factor = table + <usize>(windowValue >> 1) * size
    if (started) {
      multiplyLow(t, out, factor, n)
      memory.copy(out, t, size)
    } else {
      memory.copy(out, factor, size)
    }
    started = true
  }
  maskTop(out, n, bits)
}

/** The odd value of the window that `nextWindow` found, or 0 for a single zero bit. */
let windowValue: u32 = 0

/** Width of the window at the top of the `left` bits that are not done: one zero bit, or up to `limit` bits that end in a one. */
function nextWindow(left: u64, limit: u32): u32 {
  windowValue = exponentBit(left - 1)
  if (windowValue == 0) return 1
  let width: u32 = 1
  let value: u32 = 1
  const most = <u32>min<u64>(left, limit)
  for (let i: u32 = 2; i <= most; ++i) {
    value = (value << 1) | exponentBit(left - i)
    if (value & 1) {
      width = i
      windowValue = value
    }
  }
  return width
}
