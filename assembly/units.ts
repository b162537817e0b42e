/** Entry of build/units.wasm: single functions for unit tests and micro benchmarks. Nothing else may import it. */

// Working space
export { setBigScratch, setScratch } from './runtime/scratch'

// 256-bit words
export {
  add as u256_add,
  addmod as u256_addmod,
  and as u256_and,
  bitLength as u256_bitLength,
  byte as u256_byte,
  byteLength as u256_byteLength,
  clz as u256_clz,
  copy as u256_copy,
  div as u256_div,
  eq as u256_eq,
  exp as u256_exp,
  fitsU64 as u256_fitsU64,
  gt as u256_gt,
  isZero as u256_isZero,
  loadBytes as u256_loadBytes,
  loadWord as u256_loadWord,
  lt as u256_lt,
  mod as u256_mod,
  mul as u256_mul,
  mulWide as u256_mulWide,
  mulmod as u256_mulmod,
  negate as u256_negate,
  not as u256_not,
  or as u256_or,
  sar as u256_sar,
  sarBy as u256_sarBy,
  sdiv as u256_sdiv,
  setU64 as u256_setU64,
  sgt as u256_sgt,
  shl as u256_shl,
  shlBy as u256_shlBy,
  shr as u256_shr,
  shrBy as u256_shrBy,
  signextend as u256_signextend,
  slt as u256_slt,
  smod as u256_smod,
  storeBytes as u256_storeBytes,
  sub as u256_sub,
  xor as u256_xor,
  zero as u256_zero,
} from './u256/index'

// Hash functions
export { blake2f } from './hash/blake2f'
export { keccak256 } from './hash/keccak256'
export { ripemd160 } from './hash/ripemd160'
export { sha256 } from './hash/sha256'

// Precompiles
export { Fork } from './fork/fork'
export { precompileOutputSize, runPrecompile } from './precompile/call'
export { Precompile, precompileAt } from './precompile/precompile'

// Loops for micro benchmarks
export * from './unit-loops'

// The field of secp256k1
export { normalize as secp256k1_normalize } from './secp256k1/element'
export {
  multiply as secp256k1_multiply,
  multiplyDifference as secp256k1_multiplyDifference,
} from './secp256k1/multiply'
export {
  multiplyLessSquareTwice as secp256k1_multiplyLessSquareTwice,
  square as secp256k1_square,
  squareLess as secp256k1_squareLess,
  squareThrice as secp256k1_squareThrice,
  squareTwice as secp256k1_squareTwice,
} from './secp256k1/square'
