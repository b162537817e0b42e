/**
 * Blocks on a state in LMDB: node examples/lmdb.js. The engine reads it and never writes to it; what a block changed is written
 * here, when it is committed.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine, mainnet } from 'heddle'
import { applyDiff, close, fund, lmdbSource } from './lmdb-state.js'

const from = '0x00000000000000000000000000000000000000aa'
const to = '0x00000000000000000000000000000000000000bb'
const folder = mkdtempSync(join(tmpdir(), 'heddle-lmdb-'))
const path = join(folder, 'state')
fund(path, Buffer.from(from.slice(2), 'hex'), 10n ** 18n)

const engine = createEngine({ chain: mainnet, state: lmdbSource(path), workers: 2, mode: 'parallel' })
for (let number = 23_000_000n; number < 23_000_003n; number++) {
  const transactions = Array.from({ length: 100 }, () => ({ from, to, value: 5n, gasLimit: 21_000n, gasPrice: 1n }))
  const block = await engine.executeBlock({ number, timestamp: 1_750_000_000n, baseFee: 0n, transactions })
  block.commit()
  applyDiff(path, block.diff)
  // From now on the file has all there is, and threads read it again by themselves.
  engine.state.rebase()
  console.log(`block ${number}: ${block.gasUsed} gas, ${block.diff.length} accounts written`)
}
console.log(`balance: ${lmdbSource(path).account(Buffer.from(to.slice(2), 'hex')).balance}`)
await engine.close()
await close(path)
rmSync(folder, { recursive: true })
