/**
 * Inverses by the division steps of Bernstein and Yang ("Fast constant-time gcd computation and modular inversion", 2019), without
 * caring for constant time: what is inverted here is public. A power with an exponent of 256 bits takes three times as long.
 *
 * A step maps (theta, f, g), f odd, by the lowest bit of g alone:
 *
 *   theta >= 0 and g odd   (-theta,      g, (g - f) / 2)
 *   else, g odd            (theta + 1,   f, (g + f) / 2)
 *   else                   (theta + 1,   f,  g      / 2)
 *
 * So 29 steps can be gathered from the lowest limbs into a matrix, which is then applied to whole numbers. With f ≡ d a and
 * g ≡ e a (mod m) kept true, d is ±1/a when g has become 0 and f the gcd, ±1.
 */
import { copyElement, ELEMENT_SIZE, LIMB, LIMB_BITS, limb, setLimb, setSmall } from './element'
import { INVERSION } from './layout'

const F = INVERSION
const G = F + ELEMENT_SIZE
const D = G + ELEMENT_SIZE
const E = D + ELEMENT_SIZE

/** The matrix, by rows: 2^29 (f, g) becomes (f0 f + g0 g, f1 f + g1 g). */
let f0: i64 = 0
let g0: i64 = 0
let f1: i64 = 0
let g1: i64 = 0

/** Gathers 29 steps; gives the new theta. */
function gather(theta: i64, f: i64, g: i64): i64 {
  let u: i64 = 1
  let v: i64 = 0
  let q: i64 = 0
  let r: i64 = 1
  let left = LIMB_BITS
  // Ends: after the first turn g is even at every turn, so that at least one step is taken.
  for (;;) {
    const zeros = ctz<i64>(g | ((<i64>1) << left))
    g >>= zeros
    u <<= zeros
    v <<= zeros
    theta += zeros
    left -= zeros
    if (left == 0) break
    if (theta >= 0) {
      // The halving of this step is counted with the zeros of the next turn.
      theta = -theta - 1
      const oldF = f
      f = g
      g = -oldF
      const oldU = u
      u = q
      q = -oldU
      const oldV = v
      v = r
      r = -oldV
    }
    // While theta stays negative f does not change, and as many steps add one multiple of f that makes g's low bits zero.
    const steps = min<i64>(min<i64>(left, -theta), 6)
    // For odd f: f (2 - f²) is 1 / f mod 2^6.
    const multiple = (g * f * (f * f - 2)) & (((<i64>1) << steps) - 1)
    g += f * multiple
    q += u * multiple
    r += v * multiple
  }
  f0 = u
  g0 = v
  f1 = q
  g1 = r
  return theta
}

/** Applies the matrix to f and g, both divisible by 2^29 then; whether g is zero. */
function stepNumbers(): bool {
  let f = (f0 * limb(F, 0) + g0 * limb(G, 0)) >> LIMB_BITS
  let g = (f1 * limb(F, 0) + g1 * limb(G, 0)) >> LIMB_BITS
  let any: i64 = 0
  for (let i: usize = 1; i < 9; i++) {
    const a = limb(F, i)
    const b = limb(G, i)
    f += f0 * a + g0 * b
    g += f1 * a + g1 * b
    const low = g & LIMB
    any |= low
    setLimb(F, i - 1, f & LIMB)
    setLimb(G, i - 1, low)
    f >>= LIMB_BITS
    g >>= LIMB_BITS
  }
  setLimb(F, 8, f)
  setLimb(G, 8, g)
  return (any | g) == 0
}

/**
 * The same for d and e, with that multiple of m added which makes them divisible by 2^29. It is at most 2^28 m in size, so that they
 * grow by m/2 a time: by 13 m in the 26 times that are enough for 256 bits.
 */
function stepFactors(m: usize, inverse: i64): void {
  let d = f0 * limb(D, 0) + g0 * limb(E, 0)
  let e = f1 * limb(D, 0) + g1 * limb(E, 0)
  const dm = centred(d * inverse)
  const em = centred(e * inverse)
  d = (d - dm * limb(m, 0)) >> LIMB_BITS
  e = (e - em * limb(m, 0)) >> LIMB_BITS
  for (let i: usize = 1; i < 9; i++) {
    const a = limb(D, i)
    const b = limb(E, i)
    const c = limb(m, i)
    d += f0 * a + g0 * b - dm * c
    e += f1 * a + g1 * b - em * c
    setLimb(D, i - 1, d & LIMB)
    setLimb(E, i - 1, e & LIMB)
    d >>= LIMB_BITS
    e >>= LIMB_BITS
  }
  setLimb(D, 8, d)
  setLimb(E, 8, e)
}

/** The lowest 29 bits, as a number from -2^28 to 2^28 - 1. */
function centred(x: i64): i64 {
  return (x << (64 - LIMB_BITS)) >> (64 - LIMB_BITS)
}

/**
 * out = 1 / a mod m from 0 to m - 1, or 0 for 0: all in limbs as elements of the field have them, a from 0 to m - 1,
 * m prime, `inverse` = 1 / m mod 2^29.
 */
export function invert(out: usize, a: usize, m: usize, inverse: i64): void {
  copyElement(F, m)
  copyElement(G, a)
  setSmall(D, 0)
  setSmall(E, 1)
  let theta: i64 = 0
  // Ends: 741 steps are enough for any two numbers of 256 bits.
  for (;;) {
    theta = gather(theta, limb(F, 0), limb(G, 0))
    const isDone = stepNumbers()
    stepFactors(m, inverse)
    if (isDone) break
  }
  const sign: i64 = limb(F, 8) < 0 ? -1 : 1
  for (let i: usize = 0; i < 9; i++) setLimb(out, i, sign * limb(D, i))
  reduceBy(out, m)
}

/** Adds or subtracts m until a is from 0 to m - 1: up to 14 times. */
function reduceBy(a: usize, m: usize): void {
  addMultiple(a, m, 0)
  while (limb(a, 8) < 0) addMultiple(a, m, 1)
  while (!isBelow(a, m)) addMultiple(a, m, -1)
}

function addMultiple(a: usize, m: usize, factor: i64): void {
  let carry: i64 = 0
  for (let i: usize = 0; i < 8; i++) {
    carry += limb(a, i) + factor * limb(m, i)
    setLimb(a, i, carry & LIMB)
    carry >>= LIMB_BITS
  }
  setLimb(a, 8, carry + limb(a, 8) + factor * limb(m, 8))
}

function isBelow(a: usize, m: usize): bool {
  for (let i: isize = 8; i >= 0; i--) {
    const difference = limb(a, i) - limb(m, i)
    if (difference != 0) return difference < 0
  }
  return false
}
