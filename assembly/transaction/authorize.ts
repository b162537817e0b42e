import { AUTHORIZATION_COST, AUTHORIZATION_NEW_ACCOUNT_COST } from '../fork/costs'
import { loadedCode } from '../instruction/environment'
import { addRefund } from '../interpreter/frame'
import {
  AUTHORIZATION_ADDRESS,
  AUTHORIZATION_AUTHORITY,
  AUTHORIZATION_CHAIN_ID,
  AUTHORIZATION_NONCE,
  AUTHORIZATION_SIZE,
  AUTHORIZATION_VALID,
  BLOCK_CHAIN_ID,
  TX_AUTHORIZATION_COUNT,
  TX_AUTHORIZATIONS,
} from '../layout'
import { accountAt, exists, mark, nonceOf, setCode, setNonce, WARM } from '../state/account'
import { fail } from '../state/limit'
import { Status } from '../status'
import * as u256 from '../u256'
import { internCode, isDelegation, NO_ROOM } from '../version/code'
import { context, SPARE, SPARE_2 } from './context'

/** EIP-7702: sets the delegations that a transaction carries. One that is not valid is passed over; what is done stays done. */
export function authorize(transaction: usize): void {
  let at = <usize>load<u32>(transaction, TX_AUTHORIZATIONS)
  for (let left = load<u32>(transaction, TX_AUTHORIZATION_COUNT); left > 0; left--) {
    apply(at)
    at += AUTHORIZATION_SIZE
  }
}

function apply(authorization: usize): void {
  const chainId = authorization + AUTHORIZATION_CHAIN_ID
  if (!u256.isZero(chainId) && !u256.eq(chainId, BLOCK_CHAIN_ID)) return
  const nonce = load<u64>(authorization, AUTHORIZATION_NONCE)
  if (nonce == u64.MAX_VALUE || !load<u32>(authorization, AUTHORIZATION_VALID)) return
  const authority = accountAt(authorization + AUTHORIZATION_AUTHORITY)
  mark(authority, WARM)
  const code = loadedCode(authority)
  if ((code && !isDelegation(code)) || nonceOf(authority) != nonce) return
  if (exists(authority)) addRefund(AUTHORIZATION_NEW_ACCOUNT_COST - AUTHORIZATION_COST)
  setNonce(authority, nonce + 1)
  setCode(authority, delegationTo(authorization + AUTHORIZATION_ADDRESS))
}

/** The code 0xef0100 ‖ address; for the zero address none, which ends a delegation. */
function delegationTo(address: usize): u32 {
  if (u256.isZero(address)) return 0
  const bytes = context() + SPARE
  u256.storeBytes(bytes, address)
  // Twelve zero bytes precede the address: the prefix takes the place of the last three.
  store<u8>(bytes, 0xef, 9)
  store<u8>(bytes, 0x01, 10)
  store<u8>(bytes, 0x00, 11)
  const code = internCode(bytes + 9, 23, context() + SPARE_2)
  if (code == NO_ROOM) {
    fail(Status.HeapLimit)
    return 0
  }
  return code
}
