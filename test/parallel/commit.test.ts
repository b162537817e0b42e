import * as assert from 'uvu/assert'
import { layout } from '../../src/wasm/layout.js'
import { address, COINBASE, messageTo, stateOf } from '../support/machine.js'
import { outcomeOfTasks, sequentially } from '../support/same.js'
import { DONE, finish, openTasks, SENDERS, WITNESS, workerOf, workloadOf } from '../support/steps.js'
import { suite } from '../support/suite.js'
import { withWorkers } from '../support/workers.js'
import type { Workload } from '../support/workload.js'

const test = suite('parallel/commit')

const EXECUTED = 2
/** Behind a read's location, kind and generation. */
const READ_VALUE = 16

test('commit: an execution that was validated is not looked at again, unless something was repeated since', async () => {
  await withWorkers(1, async (machine) => {
    const { words } = machine
    for (const repeated of [0, 1]) {
      const workload = workloadOf(() => ({}))
      const expected = sequentially(machine, workload)
      const tasks = openTasks(machine, workload)
      const core = workerOf(machine, 1)
      core.step()
      const first = tasks.at(0)
      const epoch = words.u32(layout.BLOCK_EPOCH)
      assert.is(words.u32(first + layout.TASK_STATE), EXECUTED)
      assert.is(words.u32(first + layout.TASK_VALIDATED), epoch + 1)
      // Whoever looked at it now would find that it saw something else.
      const seen = words.u32(first + layout.TASK_READS) + READ_VALUE
      words.setU32(seen, words.u32(seen) ^ 1)
      words.setU32(layout.BLOCK_EPOCH, epoch + repeated)
      finish(core)
      tasks.close()
      assert.is(words.u32(first + layout.TASK_EXECUTIONS), 1 + repeated)
      assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
    }
  })
})

test('commit: who was too early to be sure of an execution validates it when all before it are executed', async () => {
  await withWorkers(2, async (machine) => {
    const { words } = machine
    const workload = workloadOf((index) => ({ to: SENDERS[index]! }))
    const expected = sequentially(machine, workload)
    const tasks = openTasks(machine, workload)
    const early = workerOf(machine, 2)
    const validated = (index: number) => words.u32(tasks.at(index) + layout.TASK_VALIDATED)
    let isFirst = true
    const late = workerOf(machine, 1, {
      now: () => {
        if (isFirst) {
          isFirst = false
          early.step()
          early.step()
          assert.equal([1, 2].map(validated), [0, 0])
        }
        return 0
      },
    })
    late.step()
    early.step()
    const epoch = words.u32(layout.BLOCK_EPOCH)
    assert.equal([0, 1, 2].map(validated), [epoch + 1, epoch + 1, epoch + 1])
    assert.is(tasks.committed, 3)
    finish(early)
    tasks.close()
    assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
  })
})

test('commit: a task validated before a recovery is looked at again after it', async () => {
  await withWorkers(1, async (machine) => {
    const { words } = machine
    const workload = workloadOf(() => ({}))
    const tasks = openTasks(machine, workload)
    const core = workerOf(machine, 1)
    core.step()
    machine.core.recover()
    assert.is.not(words.u32(tasks.at(0) + layout.TASK_VALIDATED), words.u32(layout.BLOCK_EPOCH) + 1)
    finish(core)
    tasks.close()
  })
})

const EACH = 40

/** All pay, and then all look at a balance, who pay nothing and so leave no balance of their own. */
function watchedBalance(watched: Uint8Array, pay: (index: number) => object): Workload {
  const look = { to: WITNESS, data: Uint8Array.of(...new Uint8Array(12), ...watched) }
  const rounds = Array.from({ length: 2 * EACH }, (_, nonce) =>
    workloadOf((index) => ({ nonce: BigInt(nonce), ...(nonce < EACH ? pay(index) : look) })),
  )
  return { ...rounds[0]!, messages: rounds.flatMap(({ messages }) => messages) }
}

test('deltas: many who read a balance that everybody adds to add up each amount once, and see what they would see in order', async () => {
  await withWorkers(1, async (machine) => {
    const { words } = machine
    const everybodys = address(0x300)
    const workload = watchedBalance(everybodys, () => ({ to: everybodys, value: 3n }))
    const expected = sequentially(machine, workload)
    const tasks = openTasks(machine, workload)
    tasks.keepVersions()
    finish(workerOf(machine, 1), 2000)
    const record = new Uint8Array(32)
    record.set(everybodys.toReversed())
    const at = machine.core.allocate(32) >>> 0
    words.write(at, record)
    const balance = machine.core.accountLocation(at) + layout.BALANCE
    let sums = 0
    for (let index = 0; index < workload.messages.length; index++) {
      for (let entry = words.u32(tasks.at(index) + layout.TASK_CHAIN); entry !== 0; ) {
        const isSum = words.u32(words.u32(entry + layout.ENTRY_CELL) + layout.CELL_KIND) !== layout.DELTA
        if (words.u32(entry + layout.ENTRY_LOCATION) === balance && isSum) sums++
        entry = words.u32(entry + layout.ENTRY_CHAIN)
      }
    }
    // The first reader writes down what it added up; all others stop there.
    assert.is(sums, 1)
    tasks.close()
    assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
  })
})

test('fees: those who look at the fee recipient see what all before them paid, and add it up a few times', async () => {
  await withWorkers(1, async (machine) => {
    const { words } = machine
    const fees = { maxFeePerGas: 3n, maxPriorityFeePerGas: 3n }
    const workload = watchedBalance(COINBASE, (index) => ({ to: SENDERS[(index + 1) % SENDERS.length]!, ...fees }))
    const expected = sequentially(machine, workload)
    const tasks = openTasks(machine, workload)
    tasks.keepVersions()
    const core = workerOf(machine, 1)
    const sums = new Set<number>()
    for (let steps = 0; steps < 2000 && core.step() !== DONE; steps++) sums.add(words.u32(layout.FEES_SUMMED))
    // None until somebody looks; and from then on one for every so many transactions, which have to be looked at, too.
    const lookers = workload.messages.length / 2
    assert.ok(sums.size > 2 && sums.size <= 2 + lookers / 16, `${sums.size} sums`)
    tasks.close()
    assert.equal(outcomeOfTasks(machine, workload, tasks), expected)
  })
})

test('fees: a fee recipient that sends, and is paid too much for a task, has what it would have in order', async () => {
  await withWorkers(2, async (machine) => {
    const huge = { maxFeePerGas: 1n << 70n, maxPriorityFeePerGas: 1n << 70n }
    const rich = stateOf([
      ...SENDERS.map((each): [Uint8Array, object] => [each, { balance: 1n << 128n }]),
      [COINBASE, { balance: 1n << 128n }],
    ])
    const messages = SENDERS.flatMap((sender, index) => [
      messageTo(address(0x400), { sender, gasLimit: 50_000n, value: 1n, ...huge }),
      messageTo(address(0x401), { sender: COINBASE, nonce: BigInt(index), gasLimit: 50_000n, value: 5n, ...huge }),
      messageTo(COINBASE, {
        sender,
        nonce: 1n,
        gasLimit: 50_000n,
        value: 7n,
        maxFeePerGas: 2n,
        maxPriorityFeePerGas: 2n,
      }),
    ])
    const workload = { ...workloadOf(() => ({})), state: rich, messages }
    const expected = sequentially(machine, workload)
    for (const turns of [
      [1, 1, 2],
      [2, 1],
      [1, 2, 2, 2],
    ]) {
      const tasks = openTasks(machine, workload)
      const cores = [workerOf(machine, 1), workerOf(machine, 2)]
      let came: number | undefined
      for (let step = 0; step < 2000 && came !== DONE; step++) came = cores[turns[step % turns.length]! - 1]!.step()
      tasks.close()
      assert.equal(outcomeOfTasks(machine, workload, tasks), expected, `turns ${turns}`)
    }
  })
})

test.run()
