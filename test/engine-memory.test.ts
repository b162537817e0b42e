import { execFileSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import { suite } from './support/suite.js'

const test = suite('engine-memory')

const INDEX = new URL('../src/index.js', import.meta.url).href
const TIMEOUT = 120_000

/** Numbers that a process of its own prints, where nothing else takes memory or gives it back. */
function numbersOf(code: string, flags: readonly string[] = []): number[] {
  const script = `
    import { createEngine, mainnet, memoryState, WorkerPool } from '${INDEX}'
    const megabytes = () => process.memoryUsage.rss() / 2 ** 20
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
    const FROM = '0x00000000000000000000000000000000000000aa'
    const TO = '0x00000000000000000000000000000000000000cc'
    // Fills 20 MB of memory with zeros.
    const alloc = { [FROM]: { balance: '1000' }, [TO]: { balance: '0', code: '0x6301400000600060003900' } }
    const transactions = (count) => Array.from({ length: count }, () => ({ from: FROM, to: TO, gasLimit: 2_000_000_000n, gasPrice: 0n }))
    const block = (count) => ({ number: 23_000_000n, timestamp: 1_750_000_000n, gasLimit: 10n ** 12n, transactions: transactions(count) })
    ${code}
    console.log(JSON.stringify(numbers))
  `
  const args = [...flags, '--input-type=module', '--eval', script]
  return JSON.parse(execFileSync(process.execPath, args, { timeout: TIMEOUT, encoding: 'utf8' }).trim()) as number[]
}

const ENGINES = 20

for (const [where, options] of [
  ['the calling thread', '{ workers: 0 }'],
  ['threads of its own', `{ workers: 2, mode: 'parallel' }`],
  ['threads that go on', `{ workers: 2, mode: 'parallel', pool }`],
] as const) {
  test(`closing an engine returns its memory: ${where}`, () => {
    const numbers = numbersOf(`
      const pool = new WorkerPool(2)
      const numbers = []
      const engines = []
      for (let i = 0; i < ${ENGINES}; i++) {
        const engine = createEngine({ chain: mainnet, state: memoryState(alloc), ...${options} })
        const executed = await engine.executeBlock(block(4))
        if (!executed.receipts.every(({ success }) => success)) throw new Error('failed')
        executed.commit()
        numbers.push(megabytes())
        await engine.close()
        await pause(50)
        numbers.push(megabytes())
        engines.push(engine)
      }
      await pool.close()
    `)
    // What else the process takes or gives back at some moment evens out over all of them.
    const before = numbers.filter((_, index) => index % 2 === 0).reduce((sum, size) => sum + size, 0)
    const after = numbers.filter((_, index) => index % 2 === 1).reduce((sum, size) => sum + size, 0)
    const taken = (before - after) / ENGINES
    assert.ok(taken > 10, `took and gave back ${taken} MB`)
    const [third, last] = [numbers[5]!, numbers.at(-1)!]
    assert.ok(last - third < 100, `${third} MB after three engines, ${last} MB after ${ENGINES}: ${numbers}`)
  })
}

test('an idle worker takes less than 32 MB', () => {
  const WORKERS = 4
  const [before, idle, worked] = numbersOf(`
    const numbers = [megabytes()]
    const pool = new WorkerPool(${WORKERS})
    await pause(1000)
    numbers.push(megabytes())
    const engine = createEngine({ chain: mainnet, state: memoryState(alloc), workers: ${WORKERS}, mode: 'parallel', pool })
    await engine.executeBlock(block(8))
    await engine.close()
    await pause(200)
    numbers.push(megabytes())
    await pool.close()
  `) as [number, number, number]
  assert.ok(idle - before > 0)
  assert.ok((idle - before) / WORKERS < 32, `${(idle - before) / WORKERS} MB each`)
  assert.ok((worked - before) / WORKERS < 32, `${(worked - before) / WORKERS} MB each after a block`)
})

test('flags that only a whole process can have are no obstacle to threads', () => {
  const flags = ['--expose-gc', '--max-old-space-size=900', '--no-warnings']
  const numbers = numbersOf(
    `
    const engine = createEngine({ chain: mainnet, state: memoryState(alloc), workers: 2, mode: 'parallel' })
    const numbers = [(await engine.executeBlock(block(2))).receipts.length]
    await engine.close()
  `,
    flags,
  )
  assert.equal(numbers, [2])
})

test.run()
