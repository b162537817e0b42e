import { Common, type CustomCrypto, Hardfork, Mainnet } from '@ethereumjs/common'
import { createEVM, EVMError } from '@ethereumjs/evm'
import { SimpleStateManager } from '@ethereumjs/statemanager'
import { Account, Address, bytesToHex } from '@ethereumjs/util'
import type { AccountFields } from '../../src/state/in-memory.js'
import type { BlockEnvironment } from '../../src/types/block.js'
import { Fork } from '../../src/types/fork.js'
import { isSuccess, Status } from '../../src/types/status.js'
import type { Log, Message } from '../../src/types/transaction.js'

export type Ending = 'success' | 'revert' | 'halt'

export interface ReferenceResult {
  ending: Ending
  gasUsed: bigint
  output: Uint8Array
  logs: Log[]
  /** Its own word for why it halted. */
  reason?: string
}

export function endingOf(status: number): Ending {
  if (isSuccess(status)) return 'success'
  return status === Status.Revert ? 'revert' : 'halt'
}

/** By `Fork` number. */
const HARDFORKS = [
  Hardfork.Chainstart,
  Hardfork.Homestead,
  Hardfork.TangerineWhistle,
  Hardfork.SpuriousDragon,
  Hardfork.Byzantium,
  Hardfork.Constantinople,
  Hardfork.Petersburg,
  Hardfork.Istanbul,
  Hardfork.MuirGlacier,
  Hardfork.Berlin,
  Hardfork.London,
  Hardfork.ArrowGlacier,
  Hardfork.GrayGlacier,
  Hardfork.Paris,
  Hardfork.Shanghai,
  Hardfork.Cancun,
  Hardfork.Prague,
  Hardfork.Osaka,
] as const

/** No random input is a commitment with its versioned hash, so no proof is ever looked at. */
const noProofs = { verifyProof: () => false } as unknown as NonNullable<CustomCrypto['kzg']>

function trimmed(value: Uint8Array): Uint8Array {
  const first = value.findIndex((byte) => byte !== 0)
  return first < 0 ? new Uint8Array() : value.subarray(first)
}

async function stateManagerOf(pre: Iterable<readonly [Uint8Array, AccountFields]>): Promise<SimpleStateManager> {
  const state = new SimpleStateManager()
  for (const [at, { nonce = 0n, balance = 0n, code, slots = [] }] of pre) {
    const address = new Address(at)
    await state.putAccount(address, new Account(nonce, balance))
    if (code !== undefined && code.length > 0) await state.putCode(address, code)
    for (const [key, value] of slots) await state.putStorage(address, key, trimmed(value))
  }
  return state
}

/** A bare call by @ethereumjs/evm, with what its runTx would have made warm. */
export async function referenceCall(
  environment: BlockEnvironment,
  pre: Iterable<readonly [Uint8Array, AccountFields]>,
  message: Message & { to: Uint8Array },
): Promise<ReferenceResult> {
  const { fork } = environment
  const common = new Common({ chain: Mainnet, hardfork: HARDFORKS[fork]!, customCrypto: { kzg: noProofs } })
  const stateManager = await stateManagerOf(pre)
  const blockchain = {
    getBlock: async (number: number | bigint) => ({ hash: () => environment.blockHash(BigInt(number)) }),
    putBlock: async () => {},
    shallowCopy() {
      return this
    },
  }
  const evm = await createEVM({
    common,
    stateManager,
    blockchain: blockchain as unknown as NonNullable<NonNullable<Parameters<typeof createEVM>[0]>['blockchain']>,
  })
  if (fork >= Fork.Berlin) {
    for (const address of evm.precompiles.keys()) evm.journal.addAlwaysWarmAddress(address)
    for (const address of [message.sender, message.to]) evm.journal.addAlwaysWarmAddress(bytesToHex(address))
    if (fork >= Fork.Shanghai) evm.journal.addAlwaysWarmAddress(bytesToHex(environment.coinbase))
  }
  const header = {
    number: environment.number,
    coinbase: new Address(environment.coinbase),
    timestamp: environment.timestamp,
    difficulty: fork >= Fork.Paris ? 0n : environment.difficulty,
    prevRandao: environment.prevRandao,
    gasLimit: environment.gasLimit,
    baseFeePerGas: environment.baseFee,
    getBlobGasPrice: () => environment.blobBaseFee,
  }
  const { execResult } = await evm.runCall({
    block: { header } as unknown as NonNullable<Parameters<typeof evm.runCall>[0]['block']>,
    caller: new Address(message.sender),
    to: new Address(message.to),
    data: message.data,
    value: message.value,
    gasLimit: message.gasLimit,
    gasPrice: message.maxFeePerGas,
    skipNonceIncrement: true,
  })
  const error = execResult.exceptionError?.error
  const isRevert = error === EVMError.errorMessages.REVERT
  const logs = (execResult.logs ?? []).map(([address, topics, data]) => ({ address, topics, data }))
  return {
    ending: error === undefined ? 'success' : isRevert ? 'revert' : 'halt',
    gasUsed: execResult.executionGasUsed,
    output: error === undefined || isRevert ? execResult.returnValue : new Uint8Array(0),
    logs,
    ...(error === undefined ? {} : { reason: error }),
  }
}
