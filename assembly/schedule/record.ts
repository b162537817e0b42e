import { now } from '../host'
import { BLOCK_RECORDING, RECORD_COUNT, RECORD_CAPACITY, RECORDS } from '../layout'
import { worker } from '../runtime/arena'

/**
 * The schedule as it happened, when somebody wants to see it: one record per execution {transaction, incarnation, worker,
 * unused, start, end}, times in milliseconds by the host's clock. Costs two calls of the host per execution, so it is off by default.
 */
const RECORD_SIZE: usize = 32

let started: f64 = 0


@inline
export function recordStart(): void {
  if (load<u32>(BLOCK_RECORDING)) started = now()
}


@inline
export function recordEnd(transaction: u32, incarnation: u32): void {
  if (load<u32>(BLOCK_RECORDING)) append(transaction, incarnation)
}

function append(transaction: u32, incarnation: u32): void {
  const at = atomic.add<u32>(RECORD_COUNT, 1)
  if (at >= load<u32>(RECORD_CAPACITY)) return
  const record = <usize>load<u32>(RECORDS) + <usize>at * RECORD_SIZE
  store<u32>(record, transaction)
  store<u32>(record, incarnation, 4)
  store<u32>(record, worker, 8)
  store<f64>(record, started, 16)
  store<f64>(record, now(), 24)
}
