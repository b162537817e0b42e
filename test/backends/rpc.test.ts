import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as assert from 'uvu/assert'
import { hexToBytes } from '../../src/codec/hex.js'
import { StateBackendError } from '../../src/errors.js'
import type { AsyncStateBackend, StateBackend } from '../../src/types/state.js'
import { suite } from '../support/suite.js'
import { committed, countingBlock, expectedOutcomes, WORKERS, withEngine } from './subject.js'

const test = suite('backends/rpc')

const EXAMPLE = new URL('../../../examples/rpc-state.js', import.meta.url)
const { rpcSource } = (await import(EXAMPLE.href)) as { rpcSource(url: string, block: string): AsyncStateBackend }

const BLOCK = '0x1312cff'

interface Call {
  id: number
  method: string
  params: string[]
}

/** What a node answers of a state. */
function answerOf(state: StateBackend, { method, params }: Call): string {
  const bytes = params.map((param) => hexToBytes(param.length % 2 === 0 ? param : '0x'))
  const account = state.account(bytes[0]!)
  assert.is(params.at(-1), BLOCK)
  switch (method) {
    case 'eth_getBalance':
      return `0x${(account?.balance ?? 0n).toString(16)}`
    case 'eth_getTransactionCount':
      return `0x${(account?.nonce ?? 0n).toString(16)}`
    case 'eth_getCode':
      return `0x${account === undefined ? '' : Buffer.from(state.code(account.codeHash)).toString('hex')}`
    case 'eth_getStorageAt':
      return `0x${Buffer.from(state.slot(bytes[0]!, bytes[1]!) ?? new Uint8Array(32)).toString('hex')}`
    default:
      throw new Error(`an unexpected ${method}`)
  }
}

/** A node that fails at request number `failing`. */
async function withNode(
  state: StateBackend,
  failing: number,
  run: (url: string, requests: () => number) => Promise<void>,
): Promise<void> {
  let requests = 0
  const server: Server = createServer((request, response) => {
    const isFailing = ++requests === failing
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const calls = JSON.parse(Buffer.concat(chunks).toString()) as Call[]
      response.statusCode = isFailing ? 503 : 200
      response.end(
        JSON.stringify(calls.map((call) => ({ jsonrpc: '2.0', id: call.id, result: answerOf(state, call) }))),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, () => requests)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

for (const workers of WORKERS) {
  test(`${workers} workers: blocks on the state of a node come to what they come to in memory`, async () => {
    const { state, block } = countingBlock()
    const expected = await expectedOutcomes(state, [block, block])
    await withNode(state, 0, async (url, requests) => {
      await withEngine(rpcSource(url, BLOCK), workers, async (engine) => {
        assert.equal(await committed(engine, [block, block]), expected)
      })
      // Some thirty; what goes together in one depends on when answers come.
      assert.ok(requests() > 1 && requests() < 200, `${requests()} requests`)
    })
  })

  test(`${workers} workers: a node that is not available for a moment ends a block, and not the next`, async () => {
    const { state, block } = countingBlock()
    const expected = await expectedOutcomes(state, [block])
    await withNode(state, 8, async (url) => {
      await withEngine(rpcSource(url, BLOCK), workers, async (engine) => {
        const error: unknown = await committed(engine, [block]).then(
          () => undefined,
          (reason: unknown) => reason,
        )
        assert.instance(error, StateBackendError)
        assert.match((error as Error).message, /account 0x[0-9a-f]{40}: expected an answer, got .*status 503/)
        assert.equal(await committed(engine, [block]), expected)
      })
    })
  })
}

test.run()
