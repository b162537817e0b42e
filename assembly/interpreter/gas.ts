import { Status } from '../status'

/**
 * An instruction with a dynamic price takes the gas left and gives the gas left. A negative result is a Status with its sign
 * turned: the frame halts with it.
 */
export const OUT_OF_GAS: i64 = -(<i64>Status.OutOfGas)


@inline
export function halt(status: Status): i64 {
  return -(<i64>status)
}


@inline
export function charge(gas: i64, cost: i64): i64 {
  return gas < cost ? OUT_OF_GAS : gas - cost
}

/** A price by started word; u64 on purpose: a length of 2^32 must not wrap. */
@inline
export function wordCost(length: u64, perWord: i64): i64 {
  return <i64>((length + 31) >> 5) * perWord
}
