import type { SignatureTask } from './protocol.js'
import { recoverRecords } from './signatures.js'

/** The short task of a thread, before the long one of its block. */
export default function recover(task: SignatureTask): void {
  recoverRecords(task)
}
