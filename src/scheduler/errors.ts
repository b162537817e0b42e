import { HeddleError } from '../errors.js'

/** A transaction at whose execution threads kept dying. */
export class WorkerDeathError extends HeddleError {}

/** The block was stopped by its caller. */
export class AbortedError extends HeddleError {}
