import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { type HostImports, instantiate, readConstants, sharedMemory } from '../../src/wasm/instantiate.js'
import { suite } from '../support/suite.js'

const test = suite('meta/wasm')

const MOST_BYTES = 400_000
const RUNTIME = /~lib\/rt|\b__(new|alloc|renew|retain|release|free|pin|unpin|collect|visit|rtti)/

const read = (build: string) => readFileSync(new URL(`../../../build/${build}.wasm`, import.meta.url))
const release = read('release')
const module = new WebAssembly.Module(release)

/** The members of an interface of src/wasm/instantiate.ts: functions, or globals. */
function membersOf(name: string): { functions: string[]; globals: string[] } {
  const source = readFileSync(new URL('../../../src/wasm/instantiate.ts', import.meta.url), 'utf8')
  const body = new RegExp(`interface ${name} \\{\\n([^}]*)\\n\\}`).exec(source)
  assert.ok(body, `src/wasm/instantiate.ts has an interface ${name}`)
  const names = (pattern: RegExp) => [...body[1]!.matchAll(pattern)].map(([, member]) => member!).sort()
  return { functions: names(/^ {2}(\w+)\(/gm), globals: names(/^ {2}readonly (\w+): WebAssembly\.Global/gm) }
}

test('the release build is smaller than 400 KB', () => {
  assert.ok(release.length < MOST_BYTES, `${release.length} bytes`)
})

test('it imports the memory and what HostImports names, and nothing else', () => {
  const imports = WebAssembly.Module.imports(module).map(({ module: from, name, kind }) => `${from}.${name} ${kind}`)
  const expected = membersOf('HostImports').functions.map((name) => `host.${name} function`)
  assert.equal(imports.sort(), ['env.memory memory', ...expected].sort())
})

test('it exports the functions that CoreExports names, and no other', () => {
  const exports = WebAssembly.Module.exports(module).filter(({ kind }) => kind === 'function')
  assert.equal(exports.map(({ name }) => name).sort(), membersOf('CoreExports').functions)
})

test('the globals that CoreExports names can change, and no other can', () => {
  const host = new Proxy({} as HostImports, { get: () => () => 0 })
  const exports: [string, unknown][] = Object.entries(instantiate('release', sharedMemory(2 << 16), host))
  const changing = exports.filter(([, value]) => value instanceof WebAssembly.Global && isMutable(value))
  assert.equal(changing.map(([name]) => name).sort(), membersOf('CoreExports').globals)
})

/** Setting a constant throws. */
function isMutable(global: WebAssembly.Global): boolean {
  try {
    const { value } = global
    global.value = value
    return true
  } catch {
    return false
  }
}

test('nothing of a runtime is in it: no allocation, no collection, no type information', () => {
  for (const { name } of WebAssembly.Module.exports(module)) assert.not.match(name, RUNTIME)
  // Only the debug build keeps the names of its functions. It is made of the same sources.
  const names = WebAssembly.Module.customSections(new WebAssembly.Module(read('debug')), 'name')
  assert.is(names.length, 1)
  const text = Buffer.from(names[0]!).toString('latin1')
  assert.match(text, 'assembly/interpreter/run/run')
  assert.not.match(text, RUNTIME)
})

test('its static data end below the control block, and instances write none above', () => {
  const memory = sharedMemory(1 << 20)
  const bytes = new Uint8Array(memory.buffer).fill(0x5a)
  const host = new Proxy({} as HostImports, { get: () => () => 0 })
  for (const build of ['release', 'debug'] as const) instantiate(build, memory, host)
  const first = bytes.findIndex((byte) => byte !== 0x5a)
  const last = bytes.findLastIndex((byte) => byte !== 0x5a)
  assert.ok(first >= 1024, `first byte at ${first}`)
  assert.ok(last < readConstants().get('CONTROL')!, `last byte at ${last}`)
})

test.run()
