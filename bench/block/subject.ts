import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { DraftSource } from '../../src/block/draft.js'
import { draftHeader } from '../../src/block/draft-header.js'
import { blockEnvironment } from '../../src/block/environment.js'
import { readMessages } from '../../src/block/read.js'
import { signedSource } from '../../src/block/recover.js'
import { forkAt } from '../../src/chain/config.js'
import type { DraftBlock } from '../../src/engine.js'
import { parseBlockFixture } from '../../src/fixture/block-fixture.js'
import { type JsonObject, readObject } from '../../src/fixture/json.js'
import { parsePrestateFixture } from '../../src/fixture/prestate-fixture.js'
import type { InMemoryState } from '../../src/state/in-memory.js'
import { type MemoryState, memoryState } from '../../src/state/memory-state.js'
import { openWitness } from '../../src/state/witness.js'
import type { BlockEnvironment } from '../../src/types/block.js'
import type { Message } from '../../src/types/transaction.js'
import { prepareWorkload, SCENARIOS, WORKLOAD_CHAIN } from '../../src/workload/index.js'
import type { CeilingSource } from './request.js'

/** The transactions of a block, and all that they run on: without what precedes and follows them. */
export interface Subject extends DraftParts {
  name: string
  state: MemoryState
  /** Where it is known. */
  gasUsed?: bigint
  /** The same for a thread of its own. */
  ceilingSource(): CeilingSource
}

export interface DraftParts {
  environment: BlockEnvironment
  messages: readonly Message[]
}

export async function workloadSubject(name: string, transactions: number): Promise<Subject> {
  const { state, block } = await prepareWorkload(SCENARIOS[name]!, { transactions })
  const ceilingSource = () => ({ block, state: state.clone().share().data })
  return { name, state, ceilingSource, ...draftParts(block) }
}

export function draftParts(block: DraftBlock): DraftParts {
  const header = draftHeader(block)
  const fork = forkAt(WORKLOAD_CHAIN, header)
  const environment = blockEnvironment(WORKLOAD_CHAIN, fork, header, () => new Uint8Array(32))
  return { environment, messages: readMessages(new DraftSource(block.transactions)).messages }
}

/** What stands in the file of a real block, gzipped or not. */
export function readFixture(file: string): JsonObject {
  const bytes = readFileSync(file)
  const isGzipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  return readObject(JSON.parse((isGzipped ? gunzipSync(bytes) : bytes).toString()), file)
}

export function fixtureSubject(file: string): Subject {
  const json = readFixture(file)
  const subject = json.txs === undefined ? provenSubject(json) : prestateSubject(json)
  return { ...subject, ceilingSource: () => ({ transactionsOf: file }) }
}

function provenSubject(json: JsonObject): Omit<Subject, 'ceilingSource'> {
  const { config, block, pre, witness } = parseBlockFixture(json)
  const { header } = block
  const { blockHash } = openWitness(witness, header.parentHash, { hasProofsOnly: true })
  const fork = forkAt(config, header)
  const { messages } = readMessages(signedSource(block.transactions, { fork, chainId: config.chainId }))
  const environment = blockEnvironment(config, fork, header, blockHash)
  return { name: `mainnet ${header.number}`, environment, state: share(pre), messages, gasUsed: header.gasUsed }
}

function prestateSubject(json: JsonObject): Omit<Subject, 'ceilingSource'> {
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
