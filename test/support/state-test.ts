import { bytesToHex } from '../../src/codec/hex.js'
import { parseAlloc } from '../../src/fixture/alloc.js'

/** One contract that stores 1 + 1 at slot 0, called once, on Cancun: small enough to be changed field by field. */
export const ADDER = '0x00000000000000000000000000000000000add00'
const SENDER = '0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b'

interface PostEntry {
  hash: string
  logs: string
  indexes: { data: number; gas: number; value: number }
  expectException?: string
  txbytes?: string
}

export interface StateTestJson {
  _info?: { url: string }
  env: Record<string, string>
  pre: Record<string, { balance: string; code: string; nonce: string; storage: Record<string, string> }>
  transaction: Record<string, unknown> & { data: string[]; gasLimit: string[]; value: string[] }
  post: Record<string, PostEntry[]>
}

const NO_LOGS = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'

/** PUSH1 1, PUSH1 1, ADD, PUSH1 0, SSTORE, STOP after the intrinsic gas, at a price that leaves nothing for the miner. */
const GAS_USED = 21_000n + 3n * 4n + 22_100n
const BALANCE = 10n ** 18n
const PRICE = 10n

export function adderTest(): StateTestJson {
  const code = '0x600160010160005500'
  const after = {
    [ADDER]: { code, storage: { '0x00': '0x02' } },
    [SENDER]: { balance: String(BALANCE - GAS_USED * PRICE), nonce: '0x01' },
  }
  return {
    env: {
      currentCoinbase: '0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba',
      currentBaseFee: String(PRICE),
      currentDifficulty: '0x020000',
      currentRandom: '0x00',
      currentExcessBlobGas: '0x00',
      currentGasLimit: '0x05f5e100',
      currentNumber: '0x01',
      currentTimestamp: '0x03e8',
    },
    pre: {
      [ADDER]: { balance: '0x00', code, nonce: '0x00', storage: {} },
      [SENDER]: { balance: String(BALANCE), code: '0x', nonce: '0x00', storage: {} },
    },
    transaction: {
      data: ['0x'],
      gasLimit: ['0x061a80'],
      gasPrice: String(PRICE),
      nonce: '0x00',
      secretKey: '0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8',
      to: ADDER,
      value: ['0x00'],
    },
    post: {
      Cancun: [
        { hash: bytesToHex(parseAlloc(after, 'after').root()), logs: NO_LOGS, indexes: { data: 0, gas: 0, value: 0 } },
      ],
    },
  }
}
