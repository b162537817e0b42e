import type { BackendDescriptor } from '../types/state.js'
import type { Build } from '../wasm/instantiate.js'

/** What a thread is given: the engine's memory, and the arena that is its own until it answers. */
export interface WorkTask {
  /** Which engine: a thread keeps its instance from block to block. */
  engine: number
  memory: WebAssembly.Memory
  build: Build
  arena: number
  /** Of the block's door, at which it comes in: assembly/schedule/seat.ts. */
  turn: number
  /** Without one, the thread asks the orchestrator for values through the shared memory. */
  backend?: BackendDescriptor
  /** One word: how many tasks wait for a thread. */
  pressure: SharedArrayBuffer
  fault?: Fault
  /** Test only, a seed: the thread dawdles here and there, so that others overtake it. */
  perturb?: number
}

/** The same as a thread gets it. */
export interface ThreadTask extends WorkTask {
  /** All that the pool works for: what a thread keeps for others goes. */
  engines: readonly number[]
  /** What the pool calls it by when it tells that its thread stays; without one it may not. */
  number?: number
}

/** What a thread that has stayed is called for instead of a turn of the door. */
export const NOT_NEEDED = 0

/** A thread has done with a block, and stays until its engine calls it for another one. */
export interface StayMessage {
  number: number
  /** Of that block. */
  turn: number
}

/** An engine that was closed. */
export interface FarewellTask {
  engine: number
}

/** Signatures that a thread finds the signers of, from the `first` to before the `end`. */
export interface SignatureTask {
  signatures: SharedArrayBuffer
  first: number
  end: number
}

/** Test only: the thread ends itself when it has done as many slices, or asked the host as often, in the middle of a transaction. */
export interface Fault {
  afterSlices?: number
  afterQuestions?: number
}

export interface WorkOutcome {
  /** False when the thread was needed elsewhere before the block was done. */
  done: boolean
  /** Why it stopped early: an error of the backend, or a trap. */
  failure?: WorkFailure
}

export interface WorkFailure {
  isTrap: boolean
  code: string
  message: string
}
