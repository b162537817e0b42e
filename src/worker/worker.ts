import { HeddleError } from '../errors.js'
import type { StateBackend } from '../types/state.js'
import { type HostSource, stateImports } from '../wasm/host.js'
import { type CoreExports, instantiate } from '../wasm/instantiate.js'
import { traceImports } from '../wasm/trace.js'
import { Words } from '../wasm/words.js'
import { disturbanceOf } from './disturbance.js'
import type { WorkFailure, WorkOutcome, WorkTask } from './protocol.js'
import { askingImports } from './state-channel.js'

interface Instance {
  core: CoreExports
  words: Words
  source: HostSource
  /** The imports of the running task: they may come from a backend or from the channel. */
  questions: ReturnType<typeof askingImports>
  /** Test only: disturbance.ts. */
  disturb: (() => void) | undefined
}

/** Tasks between two looks at whether somebody else needs the thread: that many of short ones, and fewer of long ones. */
const LARGEST_SLICE = 16
const FIRST_SLICE = 1
const SMALLEST_SLICE = 0
/** A slice that takes longer, in milliseconds, is followed by a shorter one. */
const SLICE_TIME = 1
/** A thread that others wait for goes on with its block this long, in milliseconds. */
const FAIR_SHARE = 5

/** The engines that this thread has worked for; an engine that is gone is forgotten with its memory. */
const instances = new Map<number, Instance>()
const MAX_INSTANCES = 8

function createInstance(task: WorkTask): Instance {
  const words = new Words(task.memory)
  const source: HostSource = {
    backend: { account: () => undefined, slot: () => undefined, code: () => new Uint8Array(0) },
    blockHash: () => new Uint8Array(32),
  }
  const own = stateImports(words, source)
  const instance = { words, source, questions: askingImports(words, task.arena) } as Instance
  const asking = () => {
    instance.disturb?.()
    return instance.questions
  }
  const host = {
    ...own,
    account: (address: number, out: number) => asking().account(address, out),
    slot: (address: number, key: number, out: number) => asking().slot(address, key, out),
    codeSize: (hash: number) => asking().codeSize(hash),
    code: (hash: number, out: number) => asking().code(hash, out),
    blockHash: (number: bigint, out: number) => asking().blockHash(number, out),
    now: () => {
      instance.disturb?.()
      return own.now()
    },
    ...traceImports(
      words,
      () => instance.core,
      () => undefined,
    ),
  }
  instance.core = instantiate(task.build, task.memory, host)
  return instance
}

function instanceFor(task: WorkTask): Instance {
  let instance = instances.get(task.engine)
  if (instance === undefined) {
    instance = createInstance(task)
    instances.set(task.engine, instance)
    if (instances.size > MAX_INSTANCES) instances.delete(instances.keys().next().value!)
  }
  return instance
}

async function prepare(task: WorkTask): Promise<Instance> {
  const instance = instanceFor(task)
  const asking = askingImports(instance.words, task.arena)
  instance.questions = asking
  if (task.backend !== undefined) {
    const { openBackend } = (await import(task.backend.module)) as { openBackend(data: unknown): StateBackend }
    instance.source.backend = openBackend(task.backend.data)
    const { account, slot, codeSize, code } = stateImports(instance.words, instance.source)
    instance.questions = { ...asking, account, slot, codeSize, code }
  }
  instance.disturb = disturbanceOf(task)
  instance.core.enter(task.arena)
  instance.core.dropChunk()
  instance.core.setTraced(false)
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

/** Works on the engine's running block: the long task of a thread. */
export default async function run(task: WorkTask): Promise<WorkOutcome> {
  const pressure = new Int32Array(task.pressure)
  const { core, disturb } = await prepare(task)
  const largest = task.perturb === undefined ? LARGEST_SLICE : SMALLEST_SLICE
  let slice = Math.min(largest, FIRST_SLICE)
  const start = performance.now()
  let last = start
  try {
    for (let slices = 0; ; slices++) {
      if (slices === task.fault?.afterSlices) process.exit(1)
      disturb?.()
      const isDone = core.work(slice) !== 0
      const now = performance.now()
      if (isDone) return { done: true, busy: now - start }
      if (now - start > FAIR_SHARE && Atomics.load(pressure, 0) > 0) return { done: false, busy: now - start }
      slice = now - last > SLICE_TIME ? slice >> 1 : Math.min(largest, 2 * slice + 1)
      last = now
    }
  } catch (error) {
    // It was left in the middle of something: tasks that it kept for itself would turn up in the engine's next block.
    instances.delete(task.engine)
    return { done: true, busy: performance.now() - start, failure: describe(error) }
  }
}
