// @ts-ignore: decorator
@inline
export function add(out: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a, 0)
  const a1 = load<u64>(a, 8)
  const a2 = load<u64>(a, 16)
  const s0 = a0 + load<u64>(b, 0)
  const t1 = a1 + load<u64>(b, 8)
  const t2 = a2 + load<u64>(b, 16)
  const s3 = load<u64>(a, 24) + load<u64>(b, 24)
  const c0 = u64(s0 < a0)
  const s1 = t1 + c0
  const c1 = u64(t1 < a1) | u64(s1 < c0)
  const s2 = t2 + c1
  const c2 = u64(t2 < a2) | u64(s2 < c1)
  store<u64>(out, s0, 0)
  store<u64>(out, s1, 8)
  store<u64>(out, s2, 16)
  store<u64>(out, s3 + c2, 24)
}

// @ts-ignore: decorator
@inline
export function sub(out: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a, 0)
  const a1 = load<u64>(a, 8)
  const a2 = load<u64>(a, 16)
  const b0 = load<u64>(b, 0)
  const b1 = load<u64>(b, 8)
  const b2 = load<u64>(b, 16)
  const d3 = load<u64>(a, 24) - load<u64>(b, 24)
  const c0 = u64(a0 < b0)
  const t1 = a1 - b1
  const c1 = u64(a1 < b1) | u64(t1 < c0)
  const t2 = a2 - b2
  const c2 = u64(a2 < b2) | u64(t2 < c1)
  store<u64>(out, a0 - b0, 0)
  store<u64>(out, t1 - c0, 8)
  store<u64>(out, t2 - c1, 16)
  store<u64>(out, d3 - c2, 24)
}

/** Two's complement: out = 0 − a. */
// @ts-ignore: decorator
@inline
export function negate(out: usize, a: usize): void {
  const a0 = load<u64>(a, 0)
  const a1 = load<u64>(a, 8)
  const a2 = load<u64>(a, 16)
  const a3 = load<u64>(a, 24)
  const n0 = 0 - a0
  const n1 = ~a1 + u64(a0 == 0)
  const n2 = ~a2 + u64((a0 | a1) == 0)
  const n3 = ~a3 + u64((a0 | a1 | a2) == 0)
  store<u64>(out, n0, 0)
  store<u64>(out, n1, 8)
  store<u64>(out, n2, 16)
  store<u64>(out, n3, 24)
}
