import { equalBytes } from '../codec/bytes.js'
import type { Log } from '../types/transaction.js'
import { layout } from './layout.js'

const { LOG_ADDRESS, LOG_DATA_SIZE, LOG_HEADER_SIZE, LOG_TOPICS } = layout

/** An address is a word there, behind so many zeros. */
const ADDRESS = LOG_ADDRESS + 12
const ADDRESS_SIZE = 20
const TOPIC_SIZE = 32

/** The logs of a transaction as the core has them, one after the other. They share the memory of what they are read from. */
export function unpackLogs(packed: Uint8Array): Log[] {
  const logs: Log[] = []
  for (let at = 0; at < packed.length; at = endOf(packed, at)) logs.push(logAt(packed, at))
  return logs
}

/** Only those of one contract. */
export function unpackLogsOf(address: Uint8Array, packed: Uint8Array): Log[] {
  const logs: Log[] = []
  for (let at = 0; at < packed.length; at = endOf(packed, at)) {
    // Nearly always the first byte is another one, and no view is needed.
    if (packed[at + ADDRESS] === address[0] && equalBytes(addressAt(packed, at), address)) logs.push(logAt(packed, at))
  }
  return logs
}

function logAt(packed: Uint8Array, at: number): Log {
  const topics: Uint8Array[] = []
  const data = dataAt(packed, at)
  for (let topic = at + LOG_HEADER_SIZE; topic < data; topic += TOPIC_SIZE) {
    topics.push(packed.subarray(topic, topic + TOPIC_SIZE))
  }
  return { address: addressAt(packed, at), topics, data: packed.subarray(data, data + u32(packed, at + LOG_DATA_SIZE)) }
}

function addressAt(packed: Uint8Array, at: number): Uint8Array {
  return packed.subarray(at + ADDRESS, at + ADDRESS + ADDRESS_SIZE)
}

function dataAt(packed: Uint8Array, at: number): number {
  return at + LOG_HEADER_SIZE + u32(packed, at + LOG_TOPICS) * TOPIC_SIZE
}

/** Data is padded to 8 bytes. */
function endOf(packed: Uint8Array, at: number): number {
  return dataAt(packed, at) + ((u32(packed, at + LOG_DATA_SIZE) + 7) & ~7)
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}
