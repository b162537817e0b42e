import { setTimeout } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { collectGarbage } from '../../src/memory/collect-garbage.js'
import { snapshotBuffer } from '../../src/memory/snapshot.js'
import { suite } from '../support/suite.js'

const test = suite('memory/snapshot')

const MEGABYTE = 1 << 20
/** Eight times young objects are collected when 64 are in use. */
const MOST = 9 * 64

/** How many of so many buffers of a megabyte V8 does not know of. */
function unknownOf(count: number): number {
  const buffers = Array.from({ length: count }, () => snapshotBuffer(MEGABYTE))
  assert.ok(buffers.every(({ byteLength }) => byteLength === MEGABYTE))
  return buffers.filter((buffer) => buffer instanceof SharedArrayBuffer).length
}

async function startAnew(): Promise<void> {
  // What was looked at in this turn of the event loop stays until its end.
  await setTimeout(1)
  collectGarbage()
}

test('V8 does not know of so much, until it has marked', async () => {
  for (let round = 0; round < 3; round++) {
    await startAnew()
    assert.is(unknownOf(MOST - 4), MOST - 4)
    assert.is(unknownOf(60), 4)
    assert.is(unknownOf(60), 0)
  }
})

test('what nobody uses any more is given back without V8', async () => {
  await startAnew()
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  for (let count = 0; count < MOST; count++) {
    snapshotBuffer(MEGABYTE)
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    // What a collection finds is given back on another thread.
    if (count % 64 === 0) await setTimeout(5)
  }
  // What is young when it is looked at for the first time survives that.
  assert.ok(most < 200 * MEGABYTE, `expected less than 200 MB, got ${most / MEGABYTE}`)
})

test('what is too much at once it knows of, and of what follows it does not', async () => {
  await startAnew()
  assert.ok(snapshotBuffer(65 * MEGABYTE) instanceof ArrayBuffer)
  assert.is(unknownOf(10), 10)
})

test.run()
