/**
 * A state in LMDB, as a source for an engine: examples/lmdb.js runs blocks on it. Every worker thread opens the file for itself
 * and reads it without asking anybody.
 */
import { open } from 'lmdb'

const EMPTY_CODE_HASH = Buffer.from('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470', 'hex')
const BINARY = { encoding: 'binary', keyEncoding: 'binary' }

/** The databases that this thread has opened, by path: the engine comes for every block. */
const opened = new Map()

function database(path) {
  let stores = opened.get(path)
  if (stores === undefined) {
    const root = open({ path, ...BINARY })
    const [accounts, slots, codes] = ['accounts', 'slots', 'codes'].map((name) => root.openDB({ name, ...BINARY }))
    stores = { root, accounts, slots, codes }
    opened.set(path, stores)
  }
  return stores
}

function uint(bytes) {
  return BigInt(`0x${bytes.toString('hex')}`)
}

function encodeUint(value, size) {
  return Buffer.from(value.toString(16).padStart(2 * size, '0'), 'hex')
}

/** The keys of an account's slots: its address, and theirs. */
function slotRange(address) {
  return { start: Buffer.concat([address, Buffer.alloc(32)]), end: Buffer.concat([address, Buffer.alloc(33, 0xff)]) }
}

/** How a thread opens the state: it finds this module through `share`. */
export function openBackend({ path }) {
  const { root, accounts, slots, codes } = database(path)
  // What the last block wrote is seen from here on.
  root.resetReadTxn()
  return {
    account(address) {
      const record = accounts.get(Buffer.from(address))
      if (record === undefined) return undefined
      return {
        nonce: uint(record.subarray(0, 8)),
        balance: uint(record.subarray(8, 40)),
        codeHash: record.subarray(40, 72),
        hasStorage: slots.getKeysCount({ ...slotRange(address), limit: 1 }) > 0,
      }
    },
    slot: (address, key) => slots.get(Buffer.concat([address, key])),
    code: (codeHash) => codes.get(Buffer.from(codeHash)),
  }
}

/** The source for `createEngine({ state })`. */
export function lmdbSource(path) {
  return { ...openBackend({ path }), share: () => ({ module: import.meta.url, data: { path } }) }
}

/** Writes what a block changed; on a new file, the state that it begins with. */
export function applyDiff(path, diff) {
  const { root, accounts, slots, codes } = database(path)
  root.transactionSync(() => {
    for (const { address, exists, nonce, balance, codeHash, code, storageCleared, slots: written } of diff) {
      const at = Buffer.from(address)
      if (exists) accounts.putSync(at, Buffer.concat([encodeUint(nonce, 8), encodeUint(balance, 32), codeHash]))
      else accounts.removeSync(at)
      if (storageCleared) for (const key of [...slots.getKeys(slotRange(at))]) slots.removeSync(key)
      for (const [key, value] of written) {
        const name = Buffer.concat([at, key])
        if (value.some((byte) => byte !== 0)) slots.putSync(name, Buffer.from(value))
        else slots.removeSync(name)
      }
      if (code !== undefined && code.length > 0) codes.putSync(Buffer.from(codeHash), Buffer.from(code))
    }
  })
}

/** An account that has a balance and nothing else. */
export function fund(path, address, balance) {
  const account = { address, exists: true, nonce: 0n, balance, codeHash: EMPTY_CODE_HASH }
  applyDiff(path, [{ ...account, storageCleared: true, slots: [] }])
}

export async function close(path) {
  const stores = opened.get(path)
  opened.delete(path)
  await stores?.root.close()
}
