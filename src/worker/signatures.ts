import { bigIntToBytes } from '../codec/bytes.js'
import { recoverSigner } from '../codec/secp256k1.js'
import { isFactor, recoverAddress, type SignedHash } from '../codec/signature.js'
import type { WorkerPool } from './pool.js'
import type { SignatureTask } from './protocol.js'

/** Per signature: hash, r and s, the parity, whether there is a signer, and the signer. */
const RECORD = 128
const R = 32
const S = 64
const PARITY = 96
const IS_SIGNED = 97
const SIGNER = 98
const SIGNER_END = 118

/** Calling a thread costs about as much as one signature; that many are less than a millisecond. */
const SMALLEST_TASK = 16
/** Per thread, so that one that is late has less to do. */
const TASKS_PER_THREAD = 2

/**
 * Signers, or undefined where no key can have signed. Few signatures are recovered in the calling thread, and so is what a thread
 * left that died. Means nothing once it is needless: then some were not looked at.
 */
export async function recoverOnWorkers(
  pool: WorkerPool,
  signed: readonly SignedHash[],
  needless?: AbortSignal,
): Promise<(Uint8Array | undefined)[]> {
  const count = signed.length
  if (count < 2 * SMALLEST_TASK) return signed.map(({ hash, signature }) => recoverAddress(hash, signature))
  const buffer = new SharedArrayBuffer(count * RECORD)
  const records = new Uint8Array(buffer)
  for (const [index, each] of signed.entries()) writeRecord(records, index * RECORD, each)
  const size = Math.max(SMALLEST_TASK, Math.ceil(count / (pool.threads * TASKS_PER_THREAD)))
  const tasks: Promise<void>[] = []
  for (let first = 0; first < count; first += size) {
    const task: SignatureTask = { signatures: buffer, first, end: Math.min(first + size, count) }
    const doHere = () => {
      if (!needless?.aborted) recoverRecords(task)
    }
    tasks.push(pool.recover(task, needless).catch(doHere))
  }
  await Promise.all(tasks)
  return Array.from(signed, (_, index) => signerAt(records, index * RECORD))
}

/** What is no factor at all stays zero, which none is. */
function writeRecord(records: Uint8Array, at: number, { hash, signature: { yParity, r, s } }: SignedHash): void {
  if (!isFactor(r) || !isFactor(s)) return
  records.set(hash, at)
  records.set(bigIntToBytes(r, 32), at + R)
  records.set(bigIntToBytes(s, 32), at + S)
  records[at + PARITY] = yParity
}

/** The thread's side. It may be done twice. */
export function recoverRecords({ signatures, first, end }: SignatureTask): void {
  const records = new Uint8Array(signatures)
  for (let at = first * RECORD; at < end * RECORD; at += RECORD) {
    const hash = records.subarray(at, at + R)
    const r = records.subarray(at + R, at + S)
    const s = records.subarray(at + S, at + PARITY)
    const signer = recoverSigner(hash, r, s, records[at + PARITY]!)
    records[at + IS_SIGNED] = signer === undefined ? 0 : 1
    if (signer !== undefined) records.set(signer, at + SIGNER)
  }
}

function signerAt(records: Uint8Array, at: number): Uint8Array | undefined {
  return records[at + IS_SIGNED] === 0 ? undefined : records.slice(at + SIGNER, at + SIGNER_END)
}
