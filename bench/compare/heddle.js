import { existsSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { CALLER } from './engine.js'

const MEMORY_BYTES = 1 << 30

/** @type {import('./engine.js').EngineFactory} */
export async function createHeddleEngine(accounts) {
  const { createMachine } = await importBuilt('src/wasm/machine.js')
  const { readConstants } = await importBuilt('src/wasm/instantiate.js')
  const { Status } = await importBuilt('src/types/status.js')
  const { InMemoryState } = await importBuilt('src/state/in-memory.js')
  const machine = createMachine({ memory: MEMORY_BYTES })
  const environment = environmentOf(readConstants().get('Fork.Prague'))
  const state = new InMemoryState()
  for (const { address, code, balance, storage } of accounts) {
    state.set(address, { nonce: 1n, balance, code, slots: storage })
  }
  return {
    name: 'heddle',
    subtractsEmptyCall: false,
    async call({ to, data, gasLimit }) {
      // A new block: forgets what the last call wrote, and asks the state for everything again.
      machine.startBlock(environment, state)
      const begin = performance.now()
      const { status, output } = machine.call(messageOf(to, data, gasLimit))
      const ms = performance.now() - begin
      if (status !== Status.Return) throw new Error(`heddle: status 0x${status.toString(16)}`)
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
