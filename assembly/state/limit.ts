import { Status } from '../status'

/**
 * A limit of the engine that was met deep inside an instruction. The instruction finishes on harmless values; the loop sees
 * the status when it is next left and the transaction ends without any effect.
 */
export let limit: Status = Status.Running

export function fail(status: Status): void {
  if (limit == Status.Running) limit = status
}

export function clearLimit(): void {
  limit = Status.Running
}
