import { parentPort, workerData } from 'node:worker_threads'
import { executeSequential } from '../../src/scheduler/sequential.js'
import { openBackend } from '../../src/state/shared-reader.js'
import { createMachine } from '../../src/wasm/machine.js'
import type { CeilingTask, Span } from './ceiling.js'
import { collectGarbage } from './memory.js'
import { draftParts, fixtureSubject } from './subject.js'

const { source, barrier } = workerData as CeilingTask
const waiting = new Int32Array(barrier)
const machine = createMachine()
const { environment, messages, backend } = open()

function open() {
  if ('file' in source) {
    const { state, ...parts } = fixtureSubject(source.file)
    return { ...parts, backend: state }
  }
  const backend = openBackend(source.state)
  return { ...draftParts(source.block, backend), backend }
}

parentPort!.on('message', async (times: number) => {
  // Not while the others run: collecting takes threads of its own.
  collectGarbage()
  // Ends: as many threads were told to run as the barrier counts.
  Atomics.sub(waiting, 0, 1)
  while (Atomics.load(waiting, 0) > 0);
  const start = performance.timeOrigin + performance.now()
  for (let time = 0; time < times; time++) {
    machine.startBlock(environment, backend)
    await executeSequential(machine, messages, {})
  }
  const span: Span = { start, end: performance.timeOrigin + performance.now() }
  parentPort!.postMessage(span)
})
