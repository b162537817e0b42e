import { HeddleError } from '../errors.js'

/** What the tool ends with: geth's numbers, which its callers branch on. */
export const ExitCode = {
  Evm: 2,
  Config: 3,
  MissingBlockHash: 4,
  Json: 10,
  Io: 11,
  Rlp: 12,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/** Why there is no result at all. A transaction that is refused is no such reason. */
export class TransitionError extends HeddleError {
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, message: string, cause?: unknown) {
    super('Transition', message, { exitCode }, cause)
    this.exitCode = exitCode
  }
}

/** Whatever `action` finds wrong ends the tool with `exitCode`, unless it chose one itself. */
export function endingWith<T>(exitCode: ExitCode, what: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    if (error instanceof TransitionError || !(error instanceof HeddleError)) throw error
    throw new TransitionError(exitCode, `${what}: ${error.message}`, error)
  }
}
