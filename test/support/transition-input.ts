import { BEACON_ROOTS_ADDRESS } from '../../src/block/system-calls.js'
import { bytesToHex } from '../../src/codec/hex.js'
import type { Json } from './transition.js'

/** One rich account without code, its key, and a block of each era for it to send transactions in. */
export const KEY: string = `0x${'11'.repeat(32)}`
export const SENDER: string = '0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a'
export const MINER: string = `0x${'cc'.repeat(20)}`
export const RECIPIENT: string = `0x${'bb'.repeat(20)}`
export const BEACON_ROOTS: string = bytesToHex(BEACON_ROOTS_ADDRESS)
export const ETHER: bigint = 10n ** 18n

export function richSender(others: Json = {}): Json {
  return { [SENDER]: { balance: `0x${ETHER.toString(16)}` }, ...others }
}

const BLOCK = {
  currentCoinbase: MINER,
  currentGasLimit: '0x1000000',
  currentNumber: '0x5',
  currentTimestamp: '0x3e8',
}

export function workBlock(fields: Json = {}): Json {
  return { ...BLOCK, currentDifficulty: '0x20000', ...fields }
}

/** Of Cancun and later; earlier forks pass over what they have no use for. */
export function stakeBlock(fields: Json = {}): Json {
  const word = (digit: string) => `0x${digit.repeat(64)}`
  return {
    ...BLOCK,
    currentRandom: word('5'),
    currentBaseFee: '0x7',
    currentExcessBlobGas: '0x0',
    parentBeaconBlockRoot: word('b'),
    withdrawals: [],
    ...fields,
  }
}

/** A transfer of 1 wei that is signed when it is read. */
export function transfer(nonce: number, fields: Json = {}): Json {
  return {
    nonce: `0x${nonce.toString(16)}`,
    gas: '0x5208',
    gasPrice: '0xa',
    to: RECIPIENT,
    value: '0x1',
    input: '0x',
    secretKey: KEY,
    ...fields,
  }
}

export function feeMarketTransfer(nonce: number, fields: Json = {}): Json {
  const fees = { type: '0x2', chainId: '0x1', maxFeePerGas: '0x64', maxPriorityFeePerGas: '0x1', accessList: [] }
  return { ...transfer(nonce), gasPrice: null, ...fees, ...fields }
}
