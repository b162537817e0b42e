import { performance } from 'node:perf_hooks'
import { Common, Hardfork, Mainnet } from '@ethereumjs/common'
import { createEVM } from '@ethereumjs/evm'
import { Caches, MerkleStateManager } from '@ethereumjs/statemanager'
import { Account, Address } from '@ethereumjs/util'
import { CALLER } from './engine.js'

/**
 * `evm.runCall` on the state manager that the project's own client uses, with its caches on. (The other one, which
 * @ethereumjs/evm takes by default, copies every account and slot at every call: slower on calls and tokens.)
 *
 * @type {import('./engine.js').EngineFactory}
 */
export async function createEthereumjsEngine(accounts) {
  const common = new Common({ chain: Mainnet, hardfork: Hardfork.Prague })
  const stateManager = new MerkleStateManager({ common, caches: new Caches() })
  const evm = await createEVM({ common, stateManager })
  for (const { address, code, balance, storage } of accounts) {
    const account = new Address(address)
    await stateManager.putAccount(account, new Account(1n, balance))
    await stateManager.putCode(account, code)
    for (const [key, value] of storage) await stateManager.putStorage(account, key, trimmed(value))
  }
  await stateManager.flush()
  const caller = new Address(CALLER)
  return {
    name: 'ethereumjs',
    subtractsEmptyCall: false,
    async call({ to, data, gasLimit }) {
      await evm.journal.checkpoint()
      const begin = performance.now()
      const { execResult } = await evm.runCall({ caller, to: new Address(to), data, gasLimit })
      const ms = performance.now() - begin
      await evm.journal.revert()
      evm.journal.cleanJournal()
      stateManager.originalStorageCache.clear()
      if (execResult.exceptionError !== undefined) throw new Error(`ethereumjs: ${execResult.exceptionError.error}`)
      return { output: execResult.returnValue, ms }
    },
    async close() {},
  }
}

/** A slot's value without its leading zeros, the form that a trie holds. */
function trimmed(value) {
  const first = value.findIndex((byte) => byte !== 0)
  return first < 0 ? new Uint8Array() : value.subarray(first)
}
