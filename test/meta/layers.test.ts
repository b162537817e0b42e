import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.js'

const test = suite('meta/layers')

const ROOT = fileURLToPath(new URL('../../../src', import.meta.url))

const DATA = ['types', 'errors.ts']
const ENCODING = [...DATA, 'codec', 'trie']
const LEAVES = [...ENCODING, 'memory', 'chain', 'state', 'precompile', 'transaction', 'trace']
const EXECUTION = [...LEAVES, 'wasm', 'worker', 'scheduler', 'block']
const FACE = [...EXECUTION, 'engine.ts', 'index.ts']

/** What each folder (or file) of src/ may import; a new one needs a line here, below everything that it imports. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  types: [],
  memory: [],
  codec: DATA,
  trie: [...DATA, 'codec'],
  chain: [...DATA, 'codec'],
  transaction: [...DATA, 'codec'],
  precompile: [...DATA, 'codec'],
  trace: [...DATA, 'codec'],
  state: ENCODING,

  wasm: LEAVES,
  worker: [...LEAVES, 'wasm'],
  scheduler: [...LEAVES, 'wasm', 'worker'],
  block: [...LEAVES, 'wasm', 'worker', 'scheduler'],
  'engine.ts': EXECUTION,
  'index.ts': [...EXECUTION, 'engine.ts'],

  report: EXECUTION,
  fixture: FACE,
  transition: [...FACE, 'fixture'],
  workload: FACE,
  cli: [...FACE, 'report', 'fixture', 'transition', 'workload'],
}

/** Packages with one door each: what is behind it can be replaced in one place. */
const DOORS: Readonly<Record<string, RegExp>> = {
  piscina: /^worker\/pool\.ts$/,
  '@assemblyscript/loader': /^wasm\/instantiate\.ts$/,
  '@noble/curves': /^(precompile\/|codec\/signature\.ts$)/,
}

interface Import {
  file: string
  target: string
}

function sources(): string[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
}

function imports(): Import[] {
  return sources().flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8')
    return [...text.matchAll(/(?:from|import|import\() ?'([^']+)'/g)].map(([, target]) => ({ file, target: target! }))
  })
}

/** The first step of a path below src/. */
function layerOf(file: string): string {
  return file.split('/')[0]!
}

test('each folder of src/ has a place among the layers', () => {
  const unplaced = [...new Set(sources().map(layerOf))].filter((layer) => MAY_IMPORT[layer] === undefined)
  assert.equal(unplaced, [])
})

test('each line is about something that is there', () => {
  const there = new Set(sources().map(layerOf))
  assert.equal(
    Object.keys(MAY_IMPORT).filter((layer) => !there.has(layer)),
    [],
  )
})

test('the layers have no cycle', () => {
  const order = Object.keys(MAY_IMPORT)
  for (const [layer, allowed] of Object.entries(MAY_IMPORT)) {
    // Two of the files at the top stand above the folders that they are named after.
    const above = allowed.filter((name) => order.indexOf(name) > order.indexOf(layer))
    assert.equal(above, [], `${layer} may import only what stands above it in the table`)
  }
})

test('nothing imports from a layer above its own', () => {
  const wrong = imports()
    .filter(({ target }) => target.startsWith('.'))
    .map(({ file, target }) => {
      const path = relative(ROOT, resolve(ROOT, dirname(file), target)).replace(/\.js$/, '.ts')
      return { from: layerOf(file), to: layerOf(path), file, path }
    })
    .filter(({ from, to }) => from !== to && !MAY_IMPORT[from]?.includes(to))
    .map(({ file, path }) => `${file} imports ${path}`)
  assert.equal(wrong, [])
})

test('packages are imported through their doors', () => {
  const wrong = imports().filter(({ file, target }) =>
    Object.entries(DOORS).some(
      ([name, door]) => (target === name || target.startsWith(`${name}/`)) && !door.test(file),
    ),
  )
  assert.equal(wrong, [])
})

test('imports were found at all', () => {
  assert.ok(imports().length > 100, `${imports().length} imports`)
})

test.run()
