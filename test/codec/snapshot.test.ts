import { setTimeout } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { snapshotBuffer } from '../../src/codec/snapshot.js'
import { collectGarbage } from '../../src/worker/collect-garbage.js'
import { suite } from '../support/suite.js'

const test = suite('codec/snapshot')

const MEGABYTE = 1 << 20

/** How many of so many buffers of a megabyte V8 does not know of. */
function unknownOf(count: number): number {
  const buffers = Array.from({ length: count }, () => snapshotBuffer(MEGABYTE))
  assert.ok(buffers.every(({ byteLength }) => byteLength === MEGABYTE))
  return buffers.filter((buffer) => buffer instanceof SharedArrayBuffer).length
}

test('V8 does not know of 64 MB, until it has collected garbage', async () => {
  assert.is(unknownOf(60), 60)
  assert.is(unknownOf(60), 4)
  assert.is(unknownOf(60), 0)
  for (let round = 0; round < 3; round++) {
    // What was looked at in this turn of the event loop stays until its end.
    await setTimeout(1)
    collectGarbage()
    assert.is(unknownOf(100), 64)
  }
})

test('what is too much at once it knows of, and of what follows it does not', async () => {
  await setTimeout(1)
  collectGarbage()
  assert.ok(snapshotBuffer(65 * MEGABYTE) instanceof ArrayBuffer)
  assert.is(unknownOf(10), 10)
})

test.run()
