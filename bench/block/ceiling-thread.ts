import { parentPort, workerData } from 'node:worker_threads'
import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { executeSequential } from '../../src/scheduler/sequential.js'
import { openBackend } from '../../src/state/shared-reader.js'
import { createMachine } from '../../src/wasm/machine.js'
import { openBlock } from './bench-block.js'
import type { CeilingTask, CeilingTurn } from './ceiling.js'
import { collectAllGarbage } from './memory.js'
import { draftParts, fixtureSubject } from './subject.js'

const { source, barrier } = workerData as CeilingTask
const control = new Int32Array(barrier)
/** Executes the block once and says how long that took, in milliseconds. */
const execute = await open()

async function open(): Promise<() => Promise<number>> {
  if ('workload' in source || 'file' in source) {
    const executor = (await openBlock(source)).open({ workers: 0, mode: 'sequential' })
    return async () => (await executor.execute()).milliseconds
  }
  const { environment, messages, backend } = 'block' in source ? draft(source) : real(source.transactionsOf)
  const machine = createMachine()
  return async () => {
    const start = performance.now()
    machine.startBlock(environment, backend)
    const started = performance.now()
    const written = BlockMessages.of(machine, messages)
    written.read(messages.length)
    const read = performance.now()
    await executeSequential(machine, written, {})
    return started - start + (performance.now() - read)
  }
}

function draft({ block, state }: Extract<CeilingTask['source'], { block: unknown }>) {
  const backend = openBackend(state)
  return { ...draftParts(block), backend }
}

function real(file: string) {
  const { state, ...parts } = fixtureSubject(file)
  return { ...parts, backend: state }
}

/** Threads begin each execution together. */
function meet(): void {
  const [threads] = control as unknown as [number]
  const arrived = Atomics.add(control, 1, 1)
  const all = arrived - (arrived % threads) + threads
  // Ends: as many threads were told to run as the barrier counts, and each comes here as often.
  while (Atomics.load(control, 1) < all);
}

parentPort!.on('message', async ({ times, collects }: CeilingTurn) => {
  // Not while the others run: collecting takes threads of its own.
  if (collects) await collectAllGarbage()
  const took: number[] = []
  for (let time = 0; time < times; time++) {
    meet()
    took.push(await execute())
  }
  parentPort!.postMessage(took)
})
