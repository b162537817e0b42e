/** Who waits for an execution; undefined once that is over. */
export type TaskList = number[] | undefined

/** A transaction on its way to being committed: assembly/schedule/task.ts. */
export class SimulatedTask {
  state: 'ready' | 'held' | 'executed' | 'committed' = 'ready'
  executions = 0
  /** In which epoch its last execution was found to have seen what it would see. */
  validated = -1
  /** How many were committed when its last execution began. */
  started = 0
  /** What its last whole execution saw, by source. */
  seen: readonly number[] = []
  /** What it wrote is about to be written anew. */
  isTakenBack = false
  dependents: TaskList = []

  get isExecuted(): boolean {
    return this.state === 'executed' || this.state === 'committed'
  }

  claim(): boolean {
    if (this.state !== 'ready') return false
    this.state = 'held'
    return true
  }

  /** As `claim`, to look at an execution that is over. */
  hold(): boolean {
    if (this.state !== 'executed') return false
    this.state = 'held'
    return true
  }
}

/** What assembly/schedule keeps for each worker. */
export interface SimulatedWorker {
  number: number
  /** Tasks that it has made ready and kept; the last one is next. */
  own: number[]
  /** What it has taken off the cursor and not begun yet. */
  fresh: number
  freshEnd: number
  /** Executions that it is to validate, oldest first. */
  unvalidated: number[]
  /** Whose estimate it met last. */
  blocker: number | undefined
}
