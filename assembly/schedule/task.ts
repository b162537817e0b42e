import { BLOCK_TASKS, TASK_SIZE, TASK_STATE } from '../layout'

/**
 * A task is a transaction of the running block on its way to being committed:
 *
 *            claim            publish              validate
 *    Ready ────────▶ Executing ────────▶ Executed ────────▶ Committed
 *      ▲                │                   │    ◀─┐ re-execute, by the committer itself
 *      └── its worker died, or the run was paused  └─┘
 *
 * The committer is whichever worker holds the commit lock. It validates in block order; an execution that saw something
 * else than it would see now is repeated at once, on what is committed, and therefore for the last time.
 */
export enum TaskState {
  Ready = 0,
  Executing = 1,
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

/** Of two workers that meet at a task one gets it. */
@inline
export function claim(task: usize): bool {
  return atomic.cmpxchg<u32>(task + TASK_STATE, TaskState.Ready, TaskState.Executing) == TaskState.Ready
}
