/**
 * Loops for micro benchmarks, part of units.wasm: a call from JavaScript costs more than most functions on words.
 *
 * Operands stand in 64 rows of three words. The address of a row takes in `load(seen) & mask`, the mask being 0: when `seen` is
 * `out`, every call waits for the one before, as it mostly does on an EVM stack; when it is another place, calls may overlap.
 */
import * as u256 from './u256/index'

const ROW: usize = 96
const ROWS: usize = 64

// @ts-ignore: decorator
@inline
function row(operands: usize, n: usize, seen: usize, mask: usize): usize {
  return operands + (n & (ROWS - 1)) * ROW + (load<usize>(seen) & mask)
}

/** What the loops themselves cost. */
export function repeat_nothing(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) store<usize>(out, row(operands, n, seen, mask))
}

export function repeat_addmod(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.addmod(out, a, a + 32, a + 64)
  }
}

export function repeat_mulmod(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.mulmod(out, a, a + 32, a + 64)
  }
}

export function repeat_add(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.add(out, a, a + 32)
  }
}

export function repeat_sub(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.sub(out, a, a + 32)
  }
}

export function repeat_mul(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.mul(out, a, a + 32)
  }
}

export function repeat_div(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.div(out, a, a + 32)
  }
}

export function repeat_mod(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.mod(out, a, a + 32)
  }
}

export function repeat_sdiv(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.sdiv(out, a, a + 32)
  }
}

export function repeat_smod(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.smod(out, a, a + 32)
  }
}

export function repeat_exp(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.exp(out, a, a + 32)
  }
}

export function repeat_signextend(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.signextend(out, a, a + 32)
  }
}

export function repeat_and(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.and(out, a, a + 32)
  }
}

export function repeat_or(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.or(out, a, a + 32)
  }
}

export function repeat_xor(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.xor(out, a, a + 32)
  }
}

export function repeat_byte(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.byte(out, a, a + 32)
  }
}

export function repeat_shl(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.shl(out, a, a + 32)
  }
}

export function repeat_shr(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.shr(out, a, a + 32)
  }
}

export function repeat_sar(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.sar(out, a, a + 32)
  }
}

export function repeat_not(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.not(out, a)
  }
}

export function repeat_clz(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.clz(out, a)
  }
}

export function repeat_copy(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.copy(out, a)
  }
}

export function repeat_negate(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.negate(out, a)
  }
}

export function repeat_lt(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.setU64(out, u64(u256.lt(a, a + 32)))
  }
}

export function repeat_gt(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.setU64(out, u64(u256.gt(a, a + 32)))
  }
}

export function repeat_slt(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.setU64(out, u64(u256.slt(a, a + 32)))
  }
}

export function repeat_sgt(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.setU64(out, u64(u256.sgt(a, a + 32)))
  }
}

export function repeat_eq(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.setU64(out, u64(u256.eq(a, a + 32)))
  }
}

export function repeat_isZero(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.setU64(out, u64(u256.isZero(a)))
  }
}

export function repeat_bitLength(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.setU64(out, u64(u256.bitLength(a)))
  }
}

export function repeat_loadWord(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.loadWord(out, a)
  }
}

export function repeat_loadBytes(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.loadBytes(out, a, n & 31)
  }
}

export function repeat_storeBytes(n: usize, out: usize, operands: usize, seen: usize, mask: usize): void {
  for (; n > 0; --n) {
    const a = row(operands, n, seen, mask)
    u256.storeBytes(out, a)
  }
}
