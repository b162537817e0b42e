import { existsSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { CALLER, hex } from './engine.js'

const MEMORY_BYTES = 1 << 30
const MILLION_ETHER = 10n ** 24n

/**
 * A whole transaction in the core, from its checks to its fees: more than the other engines are asked for.
 *
 * @type {import('./engine.js').EngineFactory}
 */
export async function createHeddleEngine(accounts) {
  const { createMachine } = await importBuilt('src/wasm/machine.js')
  const { Fork } = await importBuilt('src/wasm/layout.js')
  const machine = await createMachine({ memory: MEMORY_BYTES })
  const environment = environmentOf(Fork.Prague)
  const backend = backendOf(accounts)
  return {
    name: 'heddle',
    subtractsEmptyCall: false,
    async call({ to, data, gasLimit }) {
      // A new block forgets what the last call wrote.
      machine.startBlock(environment, backend)
      const begin = performance.now()
      const { status, output } = machine.call(messageOf(to, data, gasLimit))
      const ms = performance.now() - begin
      if (status >= 0x10) throw new Error(`status 0x${status.toString(16)}`)
      return { output, ms }
    },
    async close() {},
  }
}

async function importBuilt(path) {
  const url = new URL(`../../dist/${path}`, import.meta.url)
  if (!existsSync(url)) throw new Error(`heddle: dist/${path} is missing: npm run build`)
  return import(url.href)
}

/** @param {number} fork @returns {import('../../dist/src/types/block.js').BlockEnvironment} */
function environmentOf(fork) {
  return {
    fork,
    chainId: 1n,
    coinbase: new Uint8Array(20),
    number: 1n,
    timestamp: 1_750_000_000n,
    gasLimit: 1n << 62n,
    difficulty: 0n,
    prevRandao: new Uint8Array(32),
    baseFee: 0n,
    blobBaseFee: 1n,
    maxBlobs: 9,
    blockHash: () => new Uint8Array(32),
  }
}

/**
 * @param {import('./engine.js').ProgramAccount[]} accounts
 * @returns {import('../../dist/src/types/state.js').StateBackend}
 */
function backendOf(accounts) {
  const found = new Map(
    accounts.map(({ address, code, balance, storage }) => [
      hex(address),
      {
        account: { nonce: 1n, balance, codeHash: keccak_256(code), hasStorage: storage.length > 0 },
        slots: new Map(storage.map(([key, value]) => [hex(key), value])),
      },
    ]),
  )
  const nothing = keccak_256(new Uint8Array())
  found.set(hex(CALLER), {
    account: { nonce: 0n, balance: MILLION_ETHER, codeHash: nothing, hasStorage: false },
    slots: new Map(),
  })
  const codes = new Map(accounts.map(({ code }) => [hex(keccak_256(code)), code]))
  return {
    account: (address) => found.get(hex(address))?.account,
    slot: (address, key) => found.get(hex(address))?.slots.get(hex(key)),
    code: (codeHash) => {
      const code = codes.get(hex(codeHash))
      if (code === undefined) throw new Error(`BUG: no account has the code ${hex(codeHash)}`)
      return code
    },
  }
}

/** @returns {import('../../dist/src/types/transaction.js').Message} */
function messageOf(to, data, gasLimit) {
  return {
    type: 0,
    sender: CALLER,
    nonce: 0n,
    gasLimit,
    to,
    value: 0n,
    data,
    maxFeePerGas: 0n,
    maxPriorityFeePerGas: 0n,
    accessList: [],
    maxFeePerBlobGas: 0n,
    blobVersionedHashes: [],
    authorizations: [],
  }
}
