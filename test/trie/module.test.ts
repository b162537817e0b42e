import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.js'

const test = suite('trie/module')

const PAGES = 4
const module = new WebAssembly.Module(readFileSync(new URL('../../../build/trie.wasm', import.meta.url)))

interface Exports {
  heapEnd(): number
  TRANSFER: WebAssembly.Global
  TRANSFER_END: WebAssembly.Global
}

test('it needs a memory and nothing else', () => {
  assert.equal(WebAssembly.Module.imports(module), [{ module: 'env', name: 'memory', kind: 'memory' }])
})

test('its static data ends below the scratch, and the heap begins behind the transfer area', () => {
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: 65536 })
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports
  const bytes = new Uint8Array(memory.buffer)
  assert.ok(bytes.subarray(0, 0x1000).findLastIndex((byte) => byte !== 0) < 0xf00)
  assert.is(
    bytes.subarray(0x1000, 0x2600).findIndex((byte) => byte !== 0),
    -1,
  )
  assert.is(exports.heapEnd(), exports.TRANSFER_END.value)
  assert.ok(exports.TRANSFER_END.value < PAGES * 65536)
})

test.run()
