import { limit } from '../state/limit'
import { Status } from '../status'
import { depth, finish, leave } from './call-stack'
import { frame, GAS } from './frame'
import { run } from './run'

/** How much gas the core uses up before its caller may look at the clock: some milliseconds, in the worst case some hundred. */
const PATIENCE: i64 = 3_000_000
/** What entering and leaving a frame takes, in the same measure. */
const ROUND: i64 = 300

/** The gas that the last round took from the frame that began it; what it handed on is still there. */
function used(own: usize, before: i64, status: Status): i64 {
  if (status >= Status.OutOfGas && status < Status.TypeNotSupported) return before
  const left = load<i64>(own, GAS)
  return before - (status == Status.CallFrame ? left + load<i64>(frame, GAS) : left)
}

/** Goes on with the call stack until its lowest frame has ended (its status), a limit was met, or patience has ended (Suspended). */
export function proceed(): Status {
  let patience = PATIENCE
  // Ends: patience falls with every round.
  while (patience > 0) {
    const own = frame
    const before = load<i64>(own, GAS)
    let status = run()
    if (limit != Status.Running) return limit
    patience -= ROUND + max<i64>(used(own, before, status), 0)
    if (status == Status.CallFrame || status == Status.Suspended) continue
    status = finish(status)
    if (limit != Status.Running) return limit
    if (!depth()) return status
    leave(status)
  }
  return Status.Suspended
}
