import type { StateBackend } from '../../src/types/state.js'
import { Status } from '../../src/types/status.js'
import type { Message } from '../../src/types/transaction.js'
import { stateImports } from '../../src/wasm/host.js'
import { instantiate, sharedMemory } from '../../src/wasm/instantiate.js'
import { layout } from '../../src/wasm/layout.js'
import { Words } from '../../src/wasm/words.js'
import { messageSize, writeEnvironment, writeMessage } from '../../src/wasm/write-block.js'
import { environment } from './case-machine.js'

/** What a call executed, by opcode number. */
export interface Observation {
  readonly status: number
  readonly gasUsed: number
  readonly instructions: number
  readonly counts: Float64Array
  /** What each opcode cost itself: a call's does not include what its callee used, unless that was a precompile. */
  readonly gas: Float64Array
  /** What the core did not hold yet. */
  readonly accountsAsked: number
  readonly slotsAsked: number
}

const MEMORY_BYTES = 1 << 30
const ARENA_BYTES = 512 << 20
const LOCATIONS = 1 << 18
const CODES = 1 << 12
const DEEPEST = 1025

/**
 * Runs a call in traced code on a core of its own. A machine's tracer is given every stack as numbers; counting needs none, and
 * is some twenty times as quick without.
 */
export function observe(message: Message, state: StateBackend): Observation {
  const memory = sharedMemory(MEMORY_BYTES)
  const words = new Words(memory)
  const counts = new Float64Array(256)
  const gas = new Float64Array(256)
  let instructions = 0
  let accountsAsked = 0
  let slotsAsked = 0

  // By depth: the instruction that has not been paid yet, the gas it met, the gas of the frame's first, and what its callees used.
  const pending = new Int16Array(DEEPEST).fill(-1)
  const met = new Float64Array(DEEPEST)
  const first = new Float64Array(DEEPEST)
  const calleesUsed = new Float64Array(DEEPEST)

  const settle = (depth: number, gasLeft: number) => {
    const op = pending[depth]!
    if (op < 0) return
    gas[op]! += met[depth]! - gasLeft - calleesUsed[depth]!
    calleesUsed[depth] = 0
  }

  const imports = stateImports(words, { backend: state, blockHash: environment.blockHash })
  const core = instantiate('release', memory, {
    ...imports,
    account(address, out) {
      accountsAsked++
      imports.account(address, out)
    },
    slot(address, key, out) {
      slotsAsked++
      imports.slot(address, key, out)
    },
    traceStep(_pc, op, gasLeft, _sp, _memorySize, depth) {
      const left = Number(gasLeft)
      if (pending[depth]! < 0) first[depth] = left
      settle(depth, left)
      pending[depth] = op
      met[depth] = left
      counts[op]!++
      instructions++
    },
    traceCost() {},
    traceExit(depth, gasUsed) {
      const used = Number(gasUsed)
      // A call that never became a frame (a precompile, one too deep) exits without a step: it stays with its caller.
      if (pending[depth]! < 0) return
      settle(depth, first[depth]! - used)
      pending[depth] = -1
      if (depth > 0) calleesUsed[depth - 1]! += used
    },
  })
  if (core.arrange(BigInt(MEMORY_BYTES), 1, ARENA_BYTES, LOCATIONS, CODES, 1n) === 0) {
    throw new Error('BUG: the parts of the memory do not fit in it')
  }
  core.takeSeat(0)
  writeEnvironment(words, environment)
  const buffer = core.allocate(messageSize(message)) >>> 0
  writeMessage(words, buffer, message, layout.FLAG_UNCHARGED)
  core.setTraced(true)
  core.begin(buffer)
  let status: number
  do status = core.resume()
  while (status === Status.Suspended)
  return { status, gasUsed: Number(core.gasUsed.value), instructions, counts, gas, accountsAsked, slotsAsked }
}
