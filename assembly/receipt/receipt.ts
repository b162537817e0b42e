import {
  LOG_ADDRESS,
  LOG_DATA_SIZE,
  LOG_HEADER_SIZE,
  LOG_TOPICS,
  TASK_CUMULATIVE_GAS,
  TASK_STATUS,
  TASK_TRANSACTION,
  TX_TYPE,
} from '../layout'
import { Status } from '../status'
import { BLOOM_SIZE } from './bloom'
import { ADDRESS_PADDING, endOfLogs, firstLog, logData, nextLog } from './log'
import { headerSize, LIST, numberSize, STRING, stringSize, writeHeader, writeNumber, writeString } from './rlp'

const ADDRESS_SIZE: u32 = 20
const TOPIC_SIZE: u32 = 32
const BLOOM_FIELD: u32 = 3 + <u32>BLOOM_SIZE

/** As the receipts trie holds it: the type before the list, but for legacy transactions. */
export function receiptSize(task: usize): u32 {
  const fields = fieldsSize(task)
  return (typeOf(task) ? 1 : 0) + headerSize(fields) + fields
}

/** Gives its end. */
export function writeReceipt(at: usize, task: usize, bloom: usize): usize {
  const type = typeOf(task)
  if (type) store<u8>(at++, type)
  at = writeHeader(at, fieldsSize(task), LIST)
  at = writeNumber(at, hasSucceeded(task) ? 1 : 0)
  at = writeNumber(at, load<u64>(task, TASK_CUMULATIVE_GAS))
  at = writeString(at, bloom, <u32>BLOOM_SIZE)
  at = writeHeader(at, logsSize(task), LIST)
  const end = endOfLogs(task)
  for (let log = firstLog(task); log < end; log = nextLog(log)) at = writeLog(at, log)
  return at
}

function fieldsSize(task: usize): u32 {
  const logs = logsSize(task)
  return 1 + numberSize(load<u64>(task, TASK_CUMULATIVE_GAS)) + BLOOM_FIELD + headerSize(logs) + logs
}

function typeOf(task: usize): u32 {
  return load<u32>(<usize>load<u32>(task, TASK_TRANSACTION), TX_TYPE)
}

function hasSucceeded(task: usize): bool {
  return load<u32>(task, TASK_STATUS) < <u32>Status.Revert
}

function logsSize(task: usize): u32 {
  let size: u32 = 0
  const end = endOfLogs(task)
  for (let log = firstLog(task); log < end; log = nextLog(log)) {
    const fields = logSize(log)
    size += headerSize(fields) + fields
  }
  return size
}

function logSize(log: usize): u32 {
  const topics = topicsSize(log)
  return 1 + ADDRESS_SIZE + headerSize(topics) + topics + stringSize(logData(log), load<u32>(log, LOG_DATA_SIZE))
}

function topicsSize(log: usize): u32 {
  return load<u32>(log, LOG_TOPICS) * (1 + TOPIC_SIZE)
}

function writeLog(at: usize, log: usize): usize {
  at = writeHeader(at, logSize(log), LIST)
  at = writeString(at, log + LOG_ADDRESS + ADDRESS_PADDING, ADDRESS_SIZE)
  at = writeHeader(at, topicsSize(log), LIST)
  let topic = log + LOG_HEADER_SIZE
  for (let i: u32 = 0; i < load<u32>(log, LOG_TOPICS); i++) {
    store<u8>(at, STRING + TOPIC_SIZE)
    memory.copy(at + 1, topic, TOPIC_SIZE)
    at += 1 + TOPIC_SIZE
    topic += TOPIC_SIZE
  }
  return writeString(at, logData(log), load<u32>(log, LOG_DATA_SIZE))
}
