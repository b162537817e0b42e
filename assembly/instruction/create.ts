import { INITCODE_WORD_COST, KECCAK_WORD_COST, MAX_CALL_DEPTH, MAX_INITCODE_SIZE } from '../fork/costs'
import { Fork } from '../fork/fork'
import { keepsSixtyFourth, limitsInitcode, removesEmptyAccounts } from '../fork/rules'
import { keccak256 } from '../hash/keccak256'
import { depth, enterInitcode, markState, nextFrame } from '../interpreter/call-stack'
import {
  ACCOUNT,
  ADDRESS,
  CALLER,
  CREATING,
  DEPTH,
  FLAGS,
  frame,
  GAS,
  INPUT,
  INPUT_SIZE,
  isStatic,
  OUTPUT_OFFSET,
  OUTPUT_SIZE,
  self,
  SP,
  VALUE,
} from '../interpreter/frame'
import { charge, halt, wordCost } from '../interpreter/gas'
import { memoryBase, reach } from '../interpreter/memory'
import { clearReturnData } from '../interpreter/return-data'
import { isTraced, reportCost } from '../interpreter/trace'
import { scratchBase } from '../runtime/arena'
import {
  accountAt,
  balanceOf,
  codeOf,
  CREATED,
  credit,
  debit,
  hasStorage,
  mark,
  nonceOf,
  setNonce,
  WARM,
} from '../state/account'
import { Op } from '../opcode/op'
import { Status } from '../status'
import * as u256 from '../u256'

const PREIMAGE: usize = 4096
const DIGEST: usize = 4224

/** The last 20 bytes of the digest, as a word. */
function addressFromDigest(out: usize, digest: usize): void {
  u256.loadBytes(out, digest + 12, 20)
}

/** keccak256(rlp([creator, nonce])), spelled out: the list is at most 30 bytes long. */
export function createAddress(out: usize, creator: usize, nonce: u64): void {
  const preimage = scratchBase + PREIMAGE
  u256.storeBytes(preimage + 2, creator)
  memory.copy(preimage + 2, preimage + 2 + 12, 20)
  store<u8>(preimage, 0x94, 1)
  let length: u32 = 22
  if (!nonce) {
    store<u8>(preimage + length, 0x80)
    length++
  } else if (nonce < 0x80) {
    store<u8>(preimage + length, <u8>nonce)
    length++
  } else {
    const bytes: u32 = (64 - <u32>clz<u64>(nonce) + 7) >> 3
    store<u8>(preimage + length, <u8>(0x80 + bytes))
    for (let i: u32 = 1; i <= bytes; i++) store<u8>(preimage + length + i, <u8>(nonce >> ((<u64>(bytes - i)) << 3)))
    length += bytes + 1
  }
  store<u8>(preimage, <u8>(0xc0 + length - 1))
  keccak256(scratchBase + DIGEST, preimage, length)
  addressFromDigest(out, scratchBase + DIGEST)
}

/** EIP-1014: keccak256(0xff ‖ creator ‖ salt ‖ keccak256(initcode)). */
function create2Address(out: usize, creator: usize, salt: usize, initcode: usize, size: u32): void {
  const preimage = scratchBase + PREIMAGE
  keccak256(scratchBase + DIGEST, initcode, size)
  u256.storeBytes(preimage, creator)
  memory.copy(preimage + 1, preimage + 12, 20)
  store<u8>(preimage, 0xff)
  u256.storeBytes(preimage + 21, salt)
  u256.copy(preimage + 53, scratchBase + DIGEST)
  keccak256(scratchBase + DIGEST, preimage, 85)
  addressFromDigest(out, scratchBase + DIGEST)
}

/** EIP-684 and EIP-7610: an address that has a nonce, code or storage is taken. */
export function isTaken(account: usize): bool {
  return nonceOf(account) != 0 || codeOf(account) != 0 || hasStorage(account)
}

/** Brings the new account into being and pays it, in the frame that will run its initcode. */
export function beginCreation(child: usize, created: usize, payer: usize, value: usize, fork: Fork): void {
  mark(created, CREATED)
  debit(payer, value)
  credit(created, value)
  if (removesEmptyAccounts(fork)) setNonce(created, 1)
  store<u32>(child, <u32>created, ACCOUNT)
  store<u32>(child, CREATING, FLAGS)
  store<u32>(child, 0, INPUT)
  store<u32>(child, 0, INPUT_SIZE)
  store<u32>(child, 0, OUTPUT_OFFSET)
  store<u32>(child, 0, OUTPUT_SIZE)
  u256.copy(child + VALUE, value)
}

/** CREATE and CREATE2. Stack: value, offset, length, salt (the latter only). */
export function create(op: u32, sp: usize, gas: i64, fork: Fork): i64 {
  if (isStatic()) return halt(Status.WriteProtection)

  // STACK
  const answer = op == Op.CREATE2 ? sp + 96 : sp + 64
  const value = sp

  // GAS
  gas = reach(gas, sp + 32, sp + 64)
  if (gas < 0) return gas
  const size = load<u32>(sp, 64)
  if (limitsInitcode(fork)) {
    if (size > MAX_INITCODE_SIZE) return halt(Status.InitcodeTooLarge)
    gas = charge(gas, wordCost(size, INITCODE_WORD_COST))
  }
  if (op == Op.CREATE2 && gas >= 0) gas = charge(gas, wordCost(size, KECCAK_WORD_COST))
  if (gas < 0) return gas
  if (isTraced()) reportCost(gas)
  const handed = keepsSixtyFourth(fork) ? gas - gas / 64 : gas

  // OPERATION
  clearReturnData()
  store<u32>(frame, <u32>answer, SP)
  const creator = self()
  const nonce = nonceOf(creator)
  if (
    depth() >= MAX_CALL_DEPTH ||
    (!u256.isZero(value) && u256.lt(balanceOf(creator), value)) ||
    nonce == u64.MAX_VALUE
  ) {
    u256.zero(answer)
    return gas
  }
  setNonce(creator, nonce + 1)
  const initcode = memoryBase() + (size ? <usize>load<u32>(sp, 32) : 0)
  const child = nextFrame()
  if (op == Op.CREATE2) create2Address(child + ADDRESS, frame + ADDRESS, sp + 96, initcode, size)
  else createAddress(child + ADDRESS, frame + ADDRESS, nonce)
  const created = accountAt(child + ADDRESS)
  mark(created, WARM)
  gas -= handed
  if (isTaken(created)) {
    u256.zero(answer)
    return gas
  }
  markState(child)
  beginCreation(child, created, creator, value, fork)
  store<u32>(child, depth() + 1, DEPTH)
  u256.copy(child + CALLER, frame + ADDRESS)
  store<i64>(frame, gas, GAS)
  enterInitcode(child, initcode, size, answer, handed)
  return gas
}
