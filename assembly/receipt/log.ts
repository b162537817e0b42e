import { LOG_DATA_SIZE, LOG_HEADER_SIZE, LOG_TOPICS, TASK_LOGS } from '../layout'

/** An address is a word in a log, behind so many zeros. */
export const ADDRESS_PADDING: usize = 12
/** Their size stands before a task's logs. */
const LOGS_HEADER: usize = 8

/** Not below `endOfLogs` when there are none. */
export function firstLog(task: usize): usize {
  return <usize>load<u32>(task, TASK_LOGS) + LOGS_HEADER
}

export function endOfLogs(task: usize): usize {
  const logs = <usize>load<u32>(task, TASK_LOGS)
  return logs ? logs + LOGS_HEADER + load<u32>(logs) : 0
}

export function nextLog(log: usize): usize {
  return logData(log) + ((<usize>load<u32>(log, LOG_DATA_SIZE) + 7) & ~7)
}

export function logData(log: usize): usize {
  return log + LOG_HEADER_SIZE + ((<usize>load<u32>(log, LOG_TOPICS)) << 5)
}
