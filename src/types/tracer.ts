/** One instruction, as it was met: before it executed. */
export interface TraceStep {
  pc: number
  op: number
  /** Gas left before the instruction, and all that it costs, gas passed on to a call included. */
  gas: bigint
  gasCost: bigint
  /** In bytes, before the instruction expands it. */
  memSize: number
  /** The bottom comes first. */
  stack: bigint[]
  /** 1 for the outermost frame. */
  depth: number
  refund: bigint
  /** A `Status` number: why the instruction failed. */
  error?: number
  memory?: Uint8Array
  returnData?: Uint8Array
}

/** The end of a frame, and of a call that never became one (a precompile, a call too deep). */
export interface TraceExit {
  depth: number
  output: Uint8Array
  gasUsed: bigint
  /** A `Status` number. */
  status: number
}

/** Receives execution in order, instruction by instruction. */
export interface Tracer {
  /** What steps are to have beside the rest: copies that cost more than all of it. */
  readonly wants?: { readonly memory?: boolean; readonly returnData?: boolean }
  step(step: TraceStep): void
  exit(exit: TraceExit): void
}
