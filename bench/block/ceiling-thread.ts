import { parentPort, workerData } from 'node:worker_threads'
import { draftMessages } from '../../src/block/draft.js'
import { draftHeader } from '../../src/block/draft-header.js'
import { type RunInput, runBlockWith } from '../../src/block/execute.js'
import { forkAt } from '../../src/chain/config.js'
import { executeSequential } from '../../src/scheduler/sequential.js'
import { openBackend } from '../../src/state/shared-reader.js'
import { createMachine } from '../../src/wasm/machine.js'
import { WORKLOAD_CHAIN } from '../../src/workload/index.js'
import type { CeilingTask, Span } from './ceiling.js'

const { block, state, barrier } = workerData as CeilingTask
const waiting = new Int32Array(barrier)
const machine = createMachine()
const backend = openBackend(state)
const header = draftHeader(block)
const fork = forkAt(WORKLOAD_CHAIN, header)
const input: RunInput = {
  config: WORKLOAD_CHAIN,
  block: { header, transactions: [], uncles: [] },
  blockHash: () => new Uint8Array(32),
  backend,
  // Only execution is measured here.
  post: { applyDiff: () => undefined, root: () => new Uint8Array(32) },
  messages: draftMessages(block.transactions, backend),
}

parentPort!.on('message', async () => {
  // Ends: as many threads were told to run as the barrier counts.
  Atomics.sub(waiting, 0, 1)
  while (Atomics.load(waiting, 0) > 0);
  const start = performance.timeOrigin + performance.now()
  const { milliseconds } = await runBlockWith(machine, fork, input, (messages) =>
    executeSequential(machine, messages, {}),
  )
  const span: Span = { start, end: start + milliseconds.execute }
  parentPort!.postMessage(span)
})
