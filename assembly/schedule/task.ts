import { BLOCK_TASKS, TASK_GAS_LIMIT, TASK_SIZE, TASK_STATE } from '../layout'

/**
 * A task is a transaction of the running block on its way to being committed:
 *
 *            claim           publish               commit
 *    Ready ────────▶ Held ────────────▶ Executed ────────────▶ Committed
 *      ▲              │ ▲                │    ▲
 *      │              │ │           hold │    │ saw what it would see now
 *      └──────────────┘ │                ▼    │
 *    met an estimate,   │               Held ─┘
 *    or its worker died └────────────────┘ saw something else: executed again
 *
 * A worker that is alone in the block (alone.ts) takes a task from Held to Committed. Who holds a task is the only one who may change what it is. The committer, whichever worker has the commit lock, goes in block order,
 * when everything before a task is final: it believes who has validated the task since the last repetition of another one
 * (validate.ts says why), or validates it for the last time. That alone makes the result right. Each worker validates what it has
 * executed, and what a repetition may have spoilt (check.ts), so that it does not wait for its turn to be found.
 */
export enum TaskState {
  Ready = 0,
  Held = 1,
  Executed = 2,
  Committed = 3,
}


@inline
export function taskAt(index: u32): usize {
  return <usize>load<u32>(BLOCK_TASKS) + <usize>index * TASK_SIZE
}


@inline
export function stateOf(task: usize): u32 {
  return atomic.load<u32>(task + TASK_STATE)
}


@inline
export function setState(task: usize, state: TaskState): void {
  atomic.store<u32>(task + TASK_STATE, state)
}

/** An execution cannot be left in its middle: with more gas than this it may keep a thread for as long as an event loop should not stand. */
export const LONG_GAS: u32 = 3_000_000


@inline
export function mayBeLong(task: usize): bool {
  return load<u64>(task, TASK_GAS_LIMIT) > <u64>LONG_GAS
}

/** Of two workers that meet at a task one gets it. */
@inline
export function claim(task: usize): bool {
  return atomic.cmpxchg<u32>(task + TASK_STATE, TaskState.Ready, TaskState.Held) == TaskState.Ready
}

/** As `claim`, to look at an execution that is over. */
@inline
export function hold(task: usize): bool {
  return atomic.cmpxchg<u32>(task + TASK_STATE, TaskState.Executed, TaskState.Held) == TaskState.Executed
}
