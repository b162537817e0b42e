import type { TracedTransaction } from './trace.js'

/** Numbers of assembly/schedule/conflict.ts. */
export interface HintRules {
  fineConflicts: number
  coarseConflicts: number
  /** Conflicts times this against commits. */
  coarseShare: number
}

/** Whom a call had better wait for, as assembly/schedule/conflict.ts learns it while a block runs. */
export class Hints {
  readonly #transactions: readonly TracedTransaction[]
  readonly #rules: HintRules
  readonly #conflicts = new Map<number, number>()
  readonly #committed = new Map<number, number>()

  constructor(transactions: readonly TracedTransaction[], rules: HintRules) {
    this.#transactions = transactions
    this.#rules = rules
  }

  learnConflict(reader: number, writer: number): void {
    const a = this.#transactions[reader]!
    const b = this.#transactions[writer]!
    if (a.fineKey !== 0 && a.fineKey === b.fineKey) count(this.#conflicts, a.fineKey)
    else if (a.coarseKey !== 0 && a.coarseKey === b.coarseKey) count(this.#conflicts, a.coarseKey)
  }

  countCommitted(index: number): void {
    const { coarseKey } = this.#transactions[index]!
    if (coarseKey !== 0 && !this.#isWaitedFor(coarseKey)) count(this.#committed, coarseKey)
  }

  expectedWriter(index: number): number | undefined {
    const { fineKey, fineAfter, coarseKey, coarseAfter } = this.#transactions[index]!
    const { fineConflicts } = this.#rules
    if (fineKey !== 0 && (this.#conflicts.get(fineKey) ?? 0) >= fineConflicts) return fineAfter
    return coarseKey !== 0 && this.#isWaitedFor(coarseKey) ? coarseAfter : undefined
  }

  #isWaitedFor(coarseKey: number): boolean {
    const { coarseConflicts, coarseShare } = this.#rules
    const conflicts = this.#conflicts.get(coarseKey) ?? 0
    return conflicts >= coarseConflicts && conflicts * coarseShare >= (this.#committed.get(coarseKey) ?? 0)
  }
}

function count(counters: Map<number, number>, key: number): void {
  counters.set(key, (counters.get(key) ?? 0) + 1)
}
