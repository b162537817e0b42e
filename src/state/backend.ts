import type { PackedDiff } from '../codec/packed-diff.js'
import type { BackendDescriptor, StateBackend, StateDiff } from '../types/state.js'

/** A state that can tell its root, and be brought to what a block made of it. */
export interface StateCommitment {
  /** Takes over what a block did. If that throws, this state is to be thrown away. */
  applyDiff(diff: StateDiff): void
  /** The same, from one who takes it without a look at each account: as the core tells it. */
  applyPacked?(diff: PackedDiff): void
  /** Empty when it is not known, because the tries are not. */
  root(): Uint8Array
}

/** A whole state of which there can be many at once, such as those of a tree of blocks. */
export interface WorldState extends StateBackend, StateCommitment {
  /** A second state with the same content, at once whatever its size; neither sees what the other becomes. */
  clone(): WorldState
}

/** What a state would be after a block. The state itself stays as it is, for whoever reads it, until `commit`. */
export interface StateDraft extends StateCommitment {
  /** Makes the state what the draft is. Refused once the state has become something else. */
  commit(): void
}

/** A whole state that blocks move forward, one after the other: whatever keeps one implements this, and an engine runs on it. */
export interface EngineState extends StateBackend {
  /** Empty when it is not known, because the tries are not. */
  root(): Uint8Array
  /** For one block. */
  draft(): StateDraft
  /** How worker threads read it themselves; without this they ask the thread that the engine is in. */
  share?(): BackendDescriptor | undefined
}
