/** Who waits for an execution; undefined once that is over. */
export type TaskList = number[] | undefined

/** A transaction on its way to being committed: assembly/schedule/task.ts. */
export class SimulatedTask {
  state: 'ready' | 'held' | 'executed' | 'committed' = 'ready'
  executions = 0
  /** How many were committed when its last execution began. */
  started = 0
  /** In which epoch it was validated last. */
  validated = -1
  /** What its last whole execution saw, by source. */
  seen: readonly number[] = []
  /** What it wrote is about to be written anew. */
  isTakenBack = false
  dependents: TaskList = []

  isExecuted(): boolean {
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
