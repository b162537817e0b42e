import { readFileSync } from 'node:fs'
import { instantiateSync } from '@assemblyscript/loader'

export type Build = 'release' | 'debug'

/** The functions and changing globals that the core exports (assembly/index.ts); its constants are in layout.ts. */
export interface CoreExports {
  arrange(
    memoryBytes: bigint,
    workers: number,
    arenaSize: number,
    locations: number,
    codes: number,
    seed: bigint,
  ): number
  forget(): void
  resetHeap(): void
  openBlock(count: number, records: number): number
  prepareTasks(from: number, until: number): void
  workInOrder(goesOn: boolean): number
  closeBlock(): void
  receiptsRoot(count: number): void
  gatherChanges(): void
  writeChanges(start: number, end: number): number
  settle(): void
  isCrowded(): number
  announce(available: number): void
  work(rounds: number): number
  help(rounds: number): number
  step(): number
  recover(): void
  openDoor(): void
  closeDoor(): void
  isEmpty(turn: number): number
  sitDown(worker: number, turn: number): number
  standUp(worker: number, turn: number, busy: number, mayStay: boolean): number
  hasStayed(worker: number, turn: number): number
  waitForCall(worker: number, turn: number): number
  callWorker(worker: number, turn: number): void
  takeSeat(worker: number): void
  allocate(size: number): number
  begin(transaction: number): number
  resume(): number
  creditOutside(address: number, amount: number): number
  drainOutside(from: number, to: number): number
  accountLocation(address: number): number
  ensureAccount(location: number): number
  setTraced(traced: boolean): void
  logsFilledTo(): number
  baseGas(op: number, fork: number): number
  existsSince(op: number): number
  stackTaken(op: number): number
  stackPut(op: number): number
  readonly gasUsed: WebAssembly.Global
  readonly longTasks: WebAssembly.Global
  readonly evmMemory: WebAssembly.Global
  readonly exchange: WebAssembly.Global
  readonly frame: WebAssembly.Global
  readonly logs: WebAssembly.Global
  readonly returnData: WebAssembly.Global
  readonly returnDataSize: WebAssembly.Global
}

/** What the core imports (assembly/host.ts). */
export interface HostImports {
  precompile(id: number, input: number, length: number, output: number): number
  account(address: number, out: number): void
  /** 0 when each is to be asked for by itself. */
  accounts(at: number, count: number): number
  slot(address: number, key: number, out: number): void
  contradicted(address: number, key: number): void
  codeSize(hash: number): number
  code(hash: number, out: number): void
  blockHash(number: bigint, out: number): void
  /** Milliseconds, on a clock that all threads share. */
  now(): number
  traceStep(pc: number, op: number, gas: bigint, sp: number, memorySize: number, depth: number, refund: bigint): void
  traceCost(gasLeft: bigint): void
  traceExit(depth: number, gasUsed: bigint, status: number, outputSize: number): void
}

const modules = new Map<Build, WebAssembly.Module>()

function compiled(build: Build): WebAssembly.Module {
  let module = modules.get(build)
  if (module === undefined) {
    module = new WebAssembly.Module(readFileSync(new URL(`../../../build/${build}.wasm`, import.meta.url)))
    modules.set(build, module)
  }
  return module
}

/** WebAssembly pages are 64 KiB; the binary accepts at most 65,536 of them. */
export const PAGE: number = 65536
const MAX_PAGES = 65536

export function sharedMemory(bytes: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE), maximum: MAX_PAGES, shared: true })
}

export function instantiate(build: Build, memory: WebAssembly.Memory, host: HostImports): CoreExports {
  const imports = { env: { memory }, host: host as unknown as Record<string, unknown> }
  return instantiateSync(compiled(build), imports).exports as unknown as CoreExports
}

/** The constants of the core, by the names they have there (`Fork.Prague`, `TX_NONCE`). */
export function readConstants(): ReadonlyMap<string, number> {
  const refuse = () => {
    throw new Error('BUG: an instance that is only read was run')
  }
  const host = new Proxy({}, { get: () => refuse })
  const memory = new WebAssembly.Memory({ initial: 2, maximum: MAX_PAGES, shared: true })
  const { exports } = new WebAssembly.Instance(compiled('release'), { env: { memory }, host })
  const constants = new Map<string, number>()
  for (const [name, value] of Object.entries(exports)) {
    if (value instanceof WebAssembly.Global && typeof value.value === 'number') constants.set(name, value.value)
  }
  return constants
}
