import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { draftMessages } from '../../src/block/draft.js'
import { draftHeader } from '../../src/block/draft-header.js'
import { blockEnvironment } from '../../src/block/environment.js'
import { recoverSenders } from '../../src/block/recover.js'
import { forkAt } from '../../src/chain/config.js'
import { parseBlockFixture } from '../../src/fixture/block-fixture.js'
import { type JsonObject, readObject } from '../../src/fixture/json.js'
import { parsePrestateFixture } from '../../src/fixture/prestate-fixture.js'
import type { InMemoryState } from '../../src/state/in-memory.js'
import { type MemoryState, memoryState } from '../../src/state/memory-state.js'
import { openWitness } from '../../src/state/witness.js'
import type { BlockEnvironment } from '../../src/types/block.js'
import type { Message } from '../../src/types/transaction.js'
import { prepareWorkload, SCENARIOS, WORKLOAD_CHAIN } from '../../src/workload/index.js'

/** The transactions of a block, and all that they run on. */
export interface Subject {
  name: string
  environment: BlockEnvironment
  state: MemoryState
  messages: readonly Message[]
  /** Where it is known. */
  gasUsed?: bigint
}

export async function workloadSubject(name: string, transactions: number): Promise<Subject> {
  const { state, block } = await prepareWorkload(SCENARIOS[name]!, { transactions })
  const header = draftHeader(block)
  const fork = forkAt(WORKLOAD_CHAIN, header)
  const environment = blockEnvironment(WORKLOAD_CHAIN, fork, header, () => new Uint8Array(32))
  return { name, environment, state, messages: draftMessages(block.transactions, state) }
}

/** The files of real blocks in the folder: NUMBER.json.gz and the like. */
export function fixtureFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json.gz'))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((name) => join(folder, name))
}

/** A real block without what precedes and follows its transactions. */
export function fixtureSubject(file: string): Subject {
  const json = readObject(JSON.parse(gunzipSync(readFileSync(file)).toString()), 'the file')
  return json.txs === undefined ? provenSubject(json) : prestateSubject(json)
}

function provenSubject(json: JsonObject): Subject {
  const { config, block, pre, witness } = parseBlockFixture(json)
  const { header } = block
  const { blockHash } = openWitness(witness, header.parentHash, { hasProofsOnly: true })
  const fork = forkAt(config, header)
  const { messages } = recoverSenders(block.transactions, { fork, chainId: config.chainId })
  const environment = blockEnvironment(config, fork, header, blockHash)
  return { name: `mainnet ${header.number}`, environment, state: share(pre), messages, gasUsed: header.gasUsed }
}

function prestateSubject(json: JsonObject): Subject {
  const { environment, pre, messages } = parsePrestateFixture(json)
  return { name: `mainnet ${environment.number}`, environment, state: share(pre), messages: messages() }
}

/** The same where every thread reads it by itself. */
function share(pre: InMemoryState): MemoryState {
  const state = memoryState()
  for (const address of pre.addresses()) {
    const { nonce, balance, codeHash } = pre.account(address)!
    state.set(address, { nonce, balance, code: pre.code(codeHash), slots: pre.slots(address) })
  }
  return state
}
