import { parentPort } from 'node:worker_threads'
import { HeddleError } from '../errors.js'
import type { StateBackend } from '../types/state.js'
import { stateImports } from '../wasm/host.js'
import type { CoreExports } from '../wasm/instantiate.js'
import { disturbanceOf } from './disturbance.js'
import { dropInstance, type Instance, instanceFor, keepInstances } from './instance.js'
import {
  NOT_NEEDED,
  type StayMessage,
  type ThreadTask,
  type WorkFailure,
  type WorkOutcome,
  type WorkTask,
} from './protocol.js'
import { Slices } from './slices.js'
import { askingImports } from './state-channel.js'

/** A thread that others wait for goes on with its block this long, in milliseconds. */
const FAIR_SHARE = 5

async function prepare(task: WorkTask): Promise<Instance> {
  const instance = instanceFor(task)
  const asking = askingImports(instance.words, task.arena)
  instance.questions = asking
  instance.open = undefined
  if (task.backend !== undefined) {
    const { module, data } = task.backend
    const { openBackend } = (await import(module)) as { openBackend(data: unknown): StateBackend }
    instance.open = () => {
      instance.source.backend = openBackend(data)
    }
    const { account, accounts, slot, codeSize, code } = stateImports(instance.words, instance.source)
    instance.questions = { ...asking, account, accounts, slot, codeSize, code }
  }
  instance.open?.()
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

/** Works on the engine's running block, as soon as that is ready, and perhaps on the ones after it: the long task of a thread. */
export default async function run(task: ThreadTask): Promise<WorkOutcome> {
  keepInstances(task.engines)
  const { arena, number } = task
  const instance = await prepare(task)
  const { core } = instance
  // Ends: who is not needed any more is sent away.
  for (let { turn } = task; ; ) {
    if (core.sitDown(arena, turn) === 0) return { done: true }
    core.setTraced(false)
    const start = performance.now()
    try {
      if (turn !== task.turn) instance.open?.()
      const done = work(task, core, instance.disturb, start)
      const mayStay = number !== undefined && !isWaitedFor(task)
      if (core.standUp(arena, turn, performance.now() - start, mayStay) === 0) return { done }
    } catch (error) {
      // It was left in the middle of something: tasks that it kept for itself would turn up in the engine's next block.
      dropInstance(task.engine)
      return { done: true, failure: describe(error) }
    }
    const message: StayMessage = { number: number!, turn }
    parentPort!.postMessage(message)
    turn = nextTurn(core, arena, turn)
    if (turn === NOT_NEEDED) return { done: true }
  }
}

/** The turn for which the worker is called that has stayed after this one. */
function nextTurn(core: CoreExports, arena: number, turn: number): number {
  // Ends: the host sends away whom it does not call.
  while (true) {
    const called = core.waitForCall(arena, turn) >>> 0
    if (called !== turn) return called
  }
}

/** Whether others wait for this thread. */
function isWaitedFor({ pressure }: WorkTask): boolean {
  return Atomics.load(new Int32Array(pressure), 0) > 0
}

/** False when the thread is needed elsewhere before the block is done. */
function work(task: WorkTask, core: CoreExports, disturb: (() => void) | undefined, start: number): boolean {
  const slice = task.perturb === undefined ? new Slices() : new Slices(0)
  let last = start
  for (let slices = 0; ; slices++) {
    if (slices === task.fault?.afterSlices) process.exit(1)
    disturb?.()
    if (core.work(slice.size) !== 0) return true
    const now = performance.now()
    if (now - start > FAIR_SHARE && isWaitedFor(task)) return false
    slice.next(now - last)
    last = now
  }
}
