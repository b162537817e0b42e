import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { CALLER, FORK, hex } from './engine.js'

const START_TIMEOUT_MS = 20_000

/**
 * Anvil as a child process, asked over the loopback interface; what an `eth_call` costs beside execution is taken off by
 * the caller, who measures an empty one.
 *
 * @type {import('./engine.js').EngineFactory}
 */
export async function createAnvilEngine(accounts) {
  const port = await freePort()
  const child = spawn(
    anvilBinary(),
    // prettier-ignore
    [
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--hardfork',
      FORK,
      '--chain-id',
      '1',
      '--accounts',
      '0',
      '--no-mining',
      '--quiet',
      '--disable-block-gas-limit',
      '--no-request-size-limit',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    complaint += text
  })
  const stop = () => child.kill('SIGKILL')
  process.once('exit', stop)
  const client = createClient(port)
  const close = async () => {
    client.close()
    process.off('exit', stop)
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    stop()
    await gone
  }
  try {
    await started(child, client, () => complaint)
    for (const { address, code, balance, storage } of accounts) {
      await client.ask('anvil_setCode', [hex(address), hex(code)])
      await client.ask('anvil_setNonce', [hex(address), '0x1'])
      await client.ask('anvil_setBalance', [hex(address), `0x${balance.toString(16)}`])
      for (const [key, value] of storage) await client.ask('anvil_setStorageAt', [hex(address), hex(key), hex(value)])
    }
    await client.ask('evm_mine', [])
  } catch (error) {
    await close()
    throw error
  }
  return {
    name: 'anvil',
    subtractsEmptyCall: true,
    async call({ to, data, gasLimit }) {
      const transaction = { from: hex(CALLER), to: hex(to), data: hex(data), gas: `0x${gasLimit.toString(16)}` }
      const begin = performance.now()
      const output = await client.ask('eth_call', [transaction, 'latest'])
      const ms = performance.now() - begin
      return { output: new Uint8Array(Buffer.from(output.slice(2), 'hex')), ms }
    },
    close,
  }
}

function anvilBinary() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`anvil: the pinned package is for linux-x64, this is ${process.platform}-${process.arch}`)
  }
  const manifest = createRequire(import.meta.url).resolve('@foundry-rs/anvil-linux-amd64/package.json')
  return join(dirname(manifest), 'bin', 'anvil')
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

async function started(child, client, complaint) {
  const deadline = performance.now() + START_TIMEOUT_MS
  // Ends with an answer, with the child's death, or at the deadline.
  for (;;) {
    try {
      return await client.ask('web3_clientVersion', [])
    } catch (error) {
      if (child.exitCode !== null) throw new Error(`anvil ended with code ${child.exitCode}: ${complaint()}`)
      if (performance.now() > deadline) throw new Error(`anvil: no answer in ${START_TIMEOUT_MS} ms`, { cause: error })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** JSON-RPC over one kept connection: fetch would add its own half millisecond to every call. */
function createClient(port) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    async ask(method, params) {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
      const { result, error } = JSON.parse(await post(agent, port, body))
      if (error !== undefined) throw new Error(`anvil: ${method}: ${error.message}`)
      return result
    },
    close: () => agent.destroy(),
  }
}

function post(agent, port, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const outgoing = request({ agent, host: '127.0.0.1', port, method: 'POST', headers }, (response) => {
      const parts = []
      response.on('data', (part) => parts.push(part))
      response.on('end', () => resolve(Buffer.concat(parts).toString('utf8')))
      response.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
