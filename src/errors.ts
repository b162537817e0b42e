/**
 * Every error that Heddle throws on purpose is a HeddleError: a sentence that says what was wrong, what was expected and
 * what was got; a `code` to branch on; and the fields that a program needs to act on it.
 */
export class HeddleError extends Error {
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, details: Record<string, unknown> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.code = code
    this.details = details
  }
}

/** Malformed input: JSON, hex, RLP, a fixture, an option. */
export class InputError extends HeddleError {}

/** A transaction that must not be in a block; `code` is the name of the rule, as in `Status`. */
export class InvalidTransactionError extends HeddleError {}

/** A limit of the engine, not of the protocol: memory, locations, time. */
export class ResourceLimitError extends HeddleError {}

/** The state backend failed or contradicted itself. */
export class StateBackendError extends HeddleError {}

/** A block that must not join the chain; `code` is the name of the rule, one of `BlockRule`. */
export class InvalidBlockError extends HeddleError {}
