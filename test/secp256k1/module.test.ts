import { readFileSync } from 'node:fs'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import * as assert from 'uvu/assert'
import { bytesToHex } from '../../src/codec/hex.js'
import { keccak256 } from '../../src/codec/keccak.js'
import { suite } from '../support/suite.js'

const test = suite('secp256k1/module')

interface Exports {
  recover(id: number): number
  memory: WebAssembly.Memory
  INPUT: WebAssembly.Global
  KEY: WebAssembly.Global
  OUTPUT: WebAssembly.Global
  MEMORY_END: WebAssembly.Global
}

const module = new WebAssembly.Module(readFileSync(new URL('../../../build/secp256k1.wasm', import.meta.url)))

function instantiate(): Exports {
  return new WebAssembly.Instance(module).exports as unknown as Exports
}

test('it needs nothing from outside, and has room for all its tables', () => {
  assert.equal(WebAssembly.Module.imports(module), [])
  const { memory, MEMORY_END } = instantiate()
  assert.ok(MEMORY_END.value <= memory.buffer.byteLength)
})

test('what an instance wrote ends where its layout ends', () => {
  const { recover, memory, INPUT, MEMORY_END } = instantiate()
  const bytes = new Uint8Array(memory.buffer)
  const hash = new Uint8Array(32).fill(3)
  bytes.set(hash, INPUT.value)
  bytes.set(secp256k1.sign(hash, hash, { prehash: false }), INPUT.value + 32)
  assert.is(recover(0), 1)
  const last = bytes.findLastIndex((byte) => byte !== 0)
  assert.ok(last < MEMORY_END.value && last > MEMORY_END.value - 48, `${last}`)
})

test('the key and its hash come out, the same from the first recovery on', () => {
  const { recover, memory, INPUT, KEY, OUTPUT } = instantiate()
  const bytes = new Uint8Array(memory.buffer)
  const secret = new Uint8Array(32).fill(5)
  const hash = new Uint8Array(32).fill(6)
  const signature = secp256k1.sign(hash, secret, { prehash: false, format: 'recovered' })
  const key = secp256k1.getPublicKey(secret, false).subarray(1)
  for (let i = 0; i < 3; i++) {
    bytes.set(hash, INPUT.value)
    bytes.set(signature.subarray(1), INPUT.value + 32)
    assert.is(recover(signature[0]!), 1)
    assert.is(bytesToHex(bytes.slice(KEY.value, KEY.value + 64)), bytesToHex(key))
    assert.is(bytesToHex(bytes.slice(OUTPUT.value, OUTPUT.value + 32)), bytesToHex(keccak256(key)))
  }
})

test.run()
