/** What the core shows to its host: functions, and every number that TypeScript would otherwise have to write again. */
export { Fork, FORK_COUNT } from './fork/fork'
export { baseGas } from './fork/base-gas'
export { Op } from './opcode/op'
export { existsSince, stackPut, stackTaken } from './opcode/traits'
export { Precompile } from './precompile/precompile'
export { Status } from './status'
export * from './change'
export * from './layout'
export { arrange, forget, isCrowded } from './runtime/arrange'
export { evmMemory, exchange, FRAME_SIZE, logs, MINIMUM_ARENA, returnData } from './runtime/arena'
export { allocate, resetHeap } from './runtime/heap'
export { receiptsRoot } from './receipt/root'
export { SHARED } from './schedule/alone'
export { closeBlock, openBlock } from './schedule/block'
export { ROUND } from './schedule/check'
export { PATIENCE, ROW } from './schedule/commit'
export { COARSE_CONFLICTS, COARSE_SHARE, FINE_CONFLICTS, longTasks, prepareTasks } from './schedule/conflict'
export { workInOrder } from './schedule/in-order'
export { recover } from './schedule/recover'
export {
  callWorker,
  closeDoor,
  hasStayed,
  isEmpty,
  openDoor,
  sitDown,
  standUp,
  takeSeat,
  waitForCall,
} from './schedule/seat'
export { LONG_GAS } from './schedule/task'
export { announce, DONE, help, IDLE, RUN, RUN_GAS, RUN_SHARE, step, WINDOW, work } from './schedule/work'
export { logsFilledTo } from './state/log'
export { returnDataSize } from './interpreter/return-data'
export { ADDRESS as FRAME_ADDRESS, frame, MEMORY_BASE, STACK_BASE } from './interpreter/frame'
export { setTraced } from './interpreter/trace'
export { begin, resume } from './transaction/execute'
export { creditOutside, drainOutside, gasUsed } from './transaction/settle'
export {
  accountLocation,
  BALANCE,
  CODE_IS_NEW,
  DIRTY,
  FIELDS,
  GENERATION,
  KEY,
  LOCATION_SIZE,
  OWNER,
  PART_BALANCE,
  PART_CODE,
  PART_EXISTENCE,
  PART_NONCE,
  PART_SLOT,
  SECOND,
  SETTLED_GENERATION,
  STATE_CODE,
  STATE_EXISTS,
  STATE_GENERATION,
  STATE_NONCE,
  STATE_VALUE,
  VERSIONS,
} from './version/location'
export { ensureAccount } from './version/load'
export { gatherChanges, writeChanges } from './version/changes'
export { NO_MORE, settle } from './version/dirty'
export { CHUNK_ENTRIES } from './version/entries'
export { CODE_BYTES, CODE_SIZE } from './version/code'
export { LOCATION_SEEN as READ_LOCATION, PARTS_SEEN as READ_PARTS, READ_SIZE } from './version/read-set'
export {
  CELL as ENTRY_CELL,
  CELL_KIND,
  CELL_PARTS,
  CHAIN as ENTRY_CHAIN,
  DELTA,
  ENTRY_LOCATION,
} from './version/versions'
