import { BlockMessages } from '../../src/scheduler/block-messages.js'
import { BlockTasks } from '../../src/scheduler/block-tasks.js'
import { Fork } from '../../src/types/fork.js'
import { type CoreExports, type HostImports, instantiate } from '../../src/wasm/instantiate.js'
import type { Machine } from '../../src/wasm/machine.js'
import { bytecode, word } from './bytecode.js'
import { address, environmentOf, messageTo, stateOf } from './machine.js'
import type { Workload } from './workload.js'
import { CONTRACTS, COUNTER } from './workload-contracts.js'

/** Of a step, when there is nothing more to do. */
export const DONE = 0
/** A contract that goes round in circles for three million jumps. */
export const LOOP: Uint8Array = address(0x200)
/** A contract that notes the balance of the account that its data names, a word. */
export const WITNESS: Uint8Array = address(0x201)

type Host = Partial<HostImports>

/** A worker of the machine in this thread. What the host is asked goes through `host` first. */
export function workerOf(machine: Machine, arena: number, host: Host = {}): CoreExports {
  const nothing = () => undefined
  const imports = { ...machine.answers(), traceStep: nothing, traceCost: nothing, traceExit: nothing, ...host }
  const core = instantiate('release', machine.memory, imports)
  core.takeSeat(arena)
  return core
}

export const SENDERS: readonly Uint8Array[] = Array.from({ length: 8 }, (_, i) => address(i))

export function workloadOf(
  changes: (index: number) => Parameters<typeof messageTo>[1] & { to?: Uint8Array },
): Workload {
  const messages = SENDERS.map((sender, index) => {
    const { to = COUNTER, ...rest } = changes(index)
    return messageTo(to, { sender, gasLimit: 500_000n, ...rest })
  })
  const loop = bytecode('0 SLOAD POP 3000000 again: 1 SWAP1 SUB DUP1 @again JUMPI 1 SLOAD 1 ADD 1 SSTORE')
  const witness = bytecode('0 CALLDATALOAD BALANCE CALLER SSTORE')
  const accounts = SENDERS.map((sender): [Uint8Array, object] => [sender, { balance: 10n ** 18n }])
  const state = stateOf([
    ...accounts,
    ...CONTRACTS,
    [LOOP, { nonce: 1n, code: loop, slots: [[word(1n), word(7n)]] }],
    [WITNESS, { nonce: 1n, code: witness }],
  ])
  return { seed: 0, environment: environmentOf(Fork.Prague, { baseFee: 0n, gasLimit: 10n ** 12n }), state, messages }
}

/** Opens the workload as the machine's block, with everything written. With room for records all of it is executed as if by several workers. */
export function openTasks(machine: Machine, workload: Workload, records = 64): BlockTasks {
  machine.startBlock(workload.environment, workload.state)
  const tasks = BlockTasks.open(machine, BlockMessages.of(machine, workload.messages), records)
  tasks.announce(workload.messages.length)
  return tasks
}

export function finish(core: CoreExports, most = 200): void {
  for (let steps = 0; steps < most; steps++) if (core.step() === DONE) return
  throw new Error(`the block did not end within ${most} steps`)
}
