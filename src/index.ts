export type { BlockLog, BlockReceipt } from './block/block-receipt.js'
export type { DraftTransaction, Hex } from './block/draft.js'
export type { DraftHeader } from './block/draft-header.js'
export type { ChainConfig } from './chain/config.js'
export { genesisConfig } from './chain/genesis.js'
export { holesky, hoodi, mainnet, sepolia } from './chain/networks.js'
export {
  type CallOptions,
  type CallResult,
  createEngine,
  type DraftBlock,
  type Engine,
  type EngineOptions,
  EngineStateError,
  type ExecutedBlock,
  type ExecuteOptions,
} from './engine.js'
export {
  HeddleError,
  InputError,
  InvalidBlockError,
  InvalidTransactionError,
  ResourceLimitError,
  StateBackendError,
} from './errors.js'
export { AbortedError, WorkerDeathError } from './scheduler/errors.js'
export type { EngineState, StateDraft } from './state/backend.js'
export { type MemoryState, memoryState } from './state/memory-state.js'
export { SourcedState } from './state/sourced-state.js'
export type {
  Account,
  AccountDiff,
  Answer,
  AsyncStateBackend,
  BackendDescriptor,
  StateBackend,
  StateDiff,
} from './types/state.js'
export { WorkerPool } from './worker/pool.js'
