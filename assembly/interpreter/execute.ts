import { limit } from '../state/limit'
import { Status } from '../status'
import { depth, finish, leave } from './call-stack'
import { run } from './run'

/** How long the core keeps its thread before the caller may look at the clock: some tens of milliseconds. */
const PATIENCE: i32 = 100_000
const JUMPS_PATIENCE: i32 = 100

/** Goes on with the call stack until its lowest frame has ended (its status), a limit was met, or patience has ended (Suspended). */
export function proceed(): Status {
  let patience = PATIENCE
  // Ends: patience falls with every round.
  while (patience > 0) {
    let status = run()
    if (limit != Status.Running) return limit
    patience -= status == Status.Suspended ? JUMPS_PATIENCE : 1
    if (status == Status.CallFrame || status == Status.Suspended) continue
    status = finish(status)
    if (limit != Status.Running) return limit
    if (!depth()) return status
    leave(status)
  }
  return Status.Suspended
}
