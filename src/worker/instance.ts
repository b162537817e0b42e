import { stateImports } from '../wasm/host.js'
import type { HostSource } from '../wasm/host-source.js'
import { type CoreExports, instantiate } from '../wasm/instantiate.js'
import { traceImports } from '../wasm/trace.js'
import { Words } from '../wasm/words.js'
import type { WorkTask } from './protocol.js'
import { askingImports } from './state-channel.js'

export interface Instance {
  core: CoreExports
  words: Words
  source: HostSource
  /** Opens its state for a block, where that is no other thread's to answer for. */
  open: (() => void) | undefined
  /** The imports of the running task: they may come from a backend or from the channel. */
  questions: ReturnType<typeof askingImports>
  /** Test only: disturbance.ts. */
  disturb: (() => void) | undefined
}

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
  const questions = askingImports(words, task.arena)
  const instance = { words, source, open: undefined, questions } as Partial<Instance> as Instance
  const asking = () => {
    instance.disturb?.()
    return instance.questions
  }
  const host = {
    ...own,
    account: (address: number, out: number) => asking().account(address, out),
    accounts: (at: number, count: number) => asking().accounts(at, count),
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

/** The thread's own of the task's engine, from block to block. */
export function instanceFor(task: WorkTask): Instance {
  let instance = instances.get(task.engine)
  if (instance === undefined) {
    instance = createInstance(task)
    instances.set(task.engine, instance)
    if (instances.size > MAX_INSTANCES) instances.delete(instances.keys().next().value!)
  }
  return instance
}

export function dropInstance(engine: number): void {
  instances.delete(engine)
}

/** Drops those of engines that are not among `engines`. */
export function keepInstances(engines: readonly number[]): void {
  for (const engine of instances.keys()) if (!engines.includes(engine)) instances.delete(engine)
}
