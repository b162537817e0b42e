import { HeddleError } from '../errors.js'
import type { StateBackend } from '../types/state.js'
import { stateImports } from '../wasm/host.js'
import type { CoreExports } from '../wasm/instantiate.js'
import { disturbanceOf } from './disturbance.js'
import { dropInstance, type Instance, instanceFor, keepInstances } from './instance.js'
import type { ThreadTask, WorkFailure, WorkOutcome, WorkTask } from './protocol.js'
import { Slices } from './slices.js'
import { askingImports } from './state-channel.js'

/** A thread that others wait for goes on with its block this long, in milliseconds. */
const FAIR_SHARE = 5

async function prepare(task: WorkTask): Promise<Instance> {
  const instance = instanceFor(task)
  const asking = askingImports(instance.words, task.arena)
  instance.questions = asking
  if (task.backend !== undefined) {
    const { openBackend } = (await import(task.backend.module)) as { openBackend(data: unknown): StateBackend }
    instance.source.backend = openBackend(task.backend.data)
    const { account, accounts, slot, codeSize, code } = stateImports(instance.words, instance.source)
    instance.questions = { ...asking, account, accounts, slot, codeSize, code }
  }
  instance.disturb = disturbanceOf(task)
  return instance
}

function describe(error: unknown): WorkFailure {
  const message = error instanceof Error ? error.message : String(error)
  return {
    isTrap: error instanceof WebAssembly.RuntimeError,
    code: error instanceof HeddleError ? error.code : 'BackendFailed',
    message,
  }
}

/** Works on the engine's running block, as soon as that is ready: the long task of a thread. */
export default async function run(task: ThreadTask): Promise<WorkOutcome> {
  keepInstances(task.engines)
  const { arena, turn } = task
  const { core, disturb } = await prepare(task)
  if (core.sitDown(arena, turn) === 0) return { done: true }
  core.setTraced(false)
  const start = performance.now()
  try {
    const done = work(task, core, disturb, start)
    core.standUp(arena, turn, performance.now() - start)
    return { done }
  } catch (error) {
    // It was left in the middle of something: tasks that it kept for itself would turn up in the engine's next block.
    dropInstance(task.engine)
    return { done: true, failure: describe(error) }
  }
}

/** False when the thread is needed elsewhere before the block is done. */
function work(task: WorkTask, core: CoreExports, disturb: (() => void) | undefined, start: number): boolean {
  const pressure = new Int32Array(task.pressure)
  const slice = task.perturb === undefined ? new Slices() : new Slices(0)
  let last = start
  for (let slices = 0; ; slices++) {
    if (slices === task.fault?.afterSlices) process.exit(1)
    disturb?.()
    if (core.work(slice.size) !== 0) return true
    const now = performance.now()
    if (now - start > FAIR_SHARE && Atomics.load(pressure, 0) > 0) return false
    slice.next(now - last)
    last = now
  }
}
