import type { Log, TransactionResult } from '../types/transaction.js'
import { unpackLogs } from '../wasm/logs.js'

const NO_OUTPUT = new Uint8Array(0)
const NO_LOGS: Log[] = []

/** What became of a transaction of a block. Its logs are taken apart when somebody asks for them: of most blocks nobody does. */
export class TaskResult implements TransactionResult {
  readonly status: number
  readonly gasUsed: bigint
  readonly output: Uint8Array = NO_OUTPUT
  readonly contractAddress?: Uint8Array
  readonly #packed: Uint8Array | undefined
  #logs: Log[] | undefined

  /** `packed` are its logs as the core has them, if there are any. */
  constructor(status: number, gasUsed: bigint, packed?: Uint8Array, contractAddress?: Uint8Array) {
    this.status = status
    this.gasUsed = gasUsed
    this.#packed = packed
    if (contractAddress !== undefined) this.contractAddress = contractAddress
  }

  get logs(): Log[] {
    this.#logs ??= this.#packed === undefined ? NO_LOGS : unpackLogs(this.#packed)
    return this.#logs
  }
}
