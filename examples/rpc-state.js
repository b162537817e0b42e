/**
 * The state of a node after a block, by JSON-RPC, as a source for an engine: `createEngine({ state: rpcSource(url, block) })`.
 * Every answer comes later, so that worker threads wait for the engine's, and the engine for the node's.
 */
import { keccak_256 } from '@noble/hashes/sha3.js'

function toHex(bytes) {
  return `0x${Buffer.from(bytes).toString('hex')}`
}

function fromHex(hex) {
  return Buffer.from(hex.slice(2), 'hex')
}

/** `block` is the number, or the hash, of one block: on 'latest' the state would change under the engine. */
export function rpcSource(url, block) {
  const codes = new Map()
  let id = 0

  /** Several calls in one request; their results in the same order. */
  const ask = async (...calls) => {
    const first = id
    id += calls.length
    const body = calls.map(([method, ...params], i) => ({ jsonrpc: '2.0', id: first + i, method, params }))
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${url}: expected an answer, got status ${response.status}`)
    const answers = new Map((await response.json()).map((answer) => [answer.id, answer]))
    return body.map(({ id, method }) => {
      const { error, result } = answers.get(id) ?? {}
      if (result === undefined) throw new Error(`${method}: expected a result, got ${error?.message ?? 'none'}`)
      return result
    })
  }

  return {
    async account(address) {
      const at = toHex(address)
      const [balance, nonce, hex] = await ask(
        ['eth_getBalance', at, block],
        ['eth_getTransactionCount', at, block],
        ['eth_getCode', at, block],
      )
      const account = { balance: BigInt(balance), nonce: BigInt(nonce) }
      const code = fromHex(hex)
      // Nodes do not tell an empty account from none, and since Spurious Dragon they are the same.
      if (account.balance === 0n && account.nonce === 0n && code.length === 0) return undefined
      const codeHash = keccak_256(code)
      codes.set(toHex(codeHash), code)
      // Nor do they tell who has storage: to say so of somebody without costs a question for each slot that is read. On mainnet
      // 28 accounts have some, but neither code nor nonce, at addresses where nobody can create anything.
      return { ...account, codeHash, hasStorage: code.length > 0 || account.nonce > 0n }
    },
    async slot(address, key) {
      const [value] = await ask(['eth_getStorageAt', toHex(address), toHex(key), block])
      return fromHex(value)
    },
    /** The account whose code it is has been asked for before. */
    code: (codeHash) => codes.get(toHex(codeHash)),
  }
}
