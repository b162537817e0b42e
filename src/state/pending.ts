import { StateBackendError } from '../errors.js'

/**
 * Thrown by a state that is asked for something which it is still waiting for itself. Whoever can wait does so and asks again;
 * for everybody else it is an error.
 */
export class PendingError extends StateBackendError {
  /** Rejects when the value will not come. */
  readonly arrival: Promise<void>

  constructor(asked: string, arrival: Promise<void>) {
    super('Pending', `State backend: ${asked}: expected an answer at once, got a promise of one`, { asked })
    this.arrival = arrival
    // It may be that nobody waits any more.
    arrival.catch(() => undefined)
  }
}
