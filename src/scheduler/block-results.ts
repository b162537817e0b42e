import { equalBytes } from '../codec/bytes.js'
import type { Log, Message, TransactionResult } from '../types/transaction.js'

/** What became of a block's transactions, in their order. It stays what it is when the machine goes on to its next block. */
export interface BlockResults extends Iterable<TransactionResult> {
  readonly length: number
  /** Of all of them. */
  readonly gasUsed: bigint
  at(index: number): TransactionResult
  /** Of the transaction: its receipt has it, too. */
  typeOf(index: number): Message['type']
  /** What one contract logged, without the others being taken apart for that where they need not be. */
  logsOf(address: Uint8Array): Log[]
}

/** Of transactions whose results are objects anyway. */
export class ResultList implements BlockResults {
  readonly #results: TransactionResult[] = []
  readonly #types: Message['type'][] = []
  #gasUsed = 0n

  /** Those of the parts of a block, one after the other. */
  static join(parts: readonly BlockResults[]): ResultList {
    const list = new ResultList()
    for (const part of parts) {
      for (let index = 0; index < part.length; index++) list.add(part.typeOf(index), part.at(index))
    }
    return list
  }

  add(type: Message['type'], result: TransactionResult): void {
    this.#results.push(result)
    this.#types.push(type)
    this.#gasUsed += result.gasUsed
  }

  get length(): number {
    return this.#results.length
  }

  get gasUsed(): bigint {
    return this.#gasUsed
  }

  at(index: number): TransactionResult {
    return this.#results[index]!
  }

  typeOf(index: number): Message['type'] {
    return this.#types[index]!
  }

  logsOf(address: Uint8Array): Log[] {
    return this.#results.flatMap(({ logs }) => logs.filter((log) => equalBytes(log.address, address)))
  }

  [Symbol.iterator](): Iterator<TransactionResult> {
    return this.#results.values()
  }
}
