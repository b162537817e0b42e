import * as uvu from 'uvu'
import { HeddleError } from '../../src/errors.js'

/** How a line begins that says why a test was skipped; the runner looks for it. */
export const SKIPPED = 'skipped: '

type Handler = () => unknown

export interface Suite {
  (title: string, handler: Handler): void
  /** For a moment, while one looks for a fault: the runner takes the tests left out for failed. */
  only(title: string, handler: Handler): void
  /** The sentence says which test, why, and how to get what it lacks. */
  skip(sentence: string): void
  run(): void
}

/**
 * A suite of uvu that says what uvu keeps to itself: alone it drops the name of a skipped test, and it trips over the
 * `details` of a HeddleError, which it takes for a text; the tests that follow are then neither run nor missed.
 */
export function suite(name: string): Suite {
  const inner = uvu.suite(name)
  return Object.assign((title: string, handler: Handler) => inner(title, printable(handler)), {
    only: (title: string, handler: Handler) => inner.only(title, printable(handler)),
    skip: (sentence: string) => {
      process.stdout.write(`${SKIPPED}${name}: ${sentence}\n`)
      inner.skip()
    },
    run: () => inner.run(),
  })
}

function printable(handler: Handler): () => Promise<void> {
  return async () => {
    try {
      await handler()
    } catch (error) {
      throw error instanceof Error ? plain(error) : new Error(`threw ${String(error)}, which is no Error`)
    }
  }
}

/** The same error for a reader, in a form that uvu prints. */
function plain(error: Error): Error {
  if (!(error instanceof HeddleError)) return error
  const copy = new Error(`${error.name} ${error.code}: ${error.message}`, { cause: error.cause })
  if (error.stack !== undefined) copy.stack = error.stack
  return copy
}
