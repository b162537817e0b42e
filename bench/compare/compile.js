// Compiles bench/program/solidity with solc and OpenZeppelin from npm and writes bench/program/contracts.json, which is
// committed: `bench:wasm` runs the same programs without either package.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const sourceFolder = new URL('../program/solidity/', import.meta.url)
const contractsFile = new URL('../program/contracts.json', import.meta.url)
const built = { 'Token.sol': 'Token', 'TokenDriver.sol': 'TokenDriver', 'RayTracer.sol': 'RayTracer' }

const settings = {
  evmVersion: 'prague',
  optimizer: { enabled: true, runs: 10_000 },
  // Without the metadata trailer the bytecode depends on nothing but the code.
  metadata: { appendCBOR: false, bytecodeHash: 'none' },
  outputSelection: { '*': { '*': ['evm.deployedBytecode.object', 'evm.methodIdentifiers'] } },
}

/** Changes with anything that the bytecode depends on: packages (pinned exactly), settings, sources. */
export function sourcesDigest() {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
  const hash = createHash('sha256')
  for (const name of ['solc', '@openzeppelin/contracts']) hash.update(`${name} ${dependencies[name]}\n`)
  hash.update(JSON.stringify(settings))
  for (const name of readdirSync(sourceFolder).sort())
    hash.update(name).update(readFileSync(new URL(name, sourceFolder)))
  return hash.digest('hex')
}

/** @returns {Record<string, { runtime: string, selectors: Record<string, string> }>} */
function compile() {
  const solc = require('solc')
  const sources = Object.fromEntries(
    Object.keys(built).map((name) => [name, { content: readFileSync(new URL(name, sourceFolder), 'utf8') }]),
  )
  const findImport = (path) => ({ contents: readFileSync(require.resolve(path), 'utf8') })
  const input = JSON.stringify({ language: 'Solidity', sources, settings })
  const output = JSON.parse(solc.compile(input, { import: findImport }))
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'))
  return Object.fromEntries(
    Object.entries(built).map(([file, name]) => {
      const { deployedBytecode, methodIdentifiers } = output.contracts[file][name].evm
      return [name, { runtime: deployedBytecode.object, selectors: methodIdentifiers }]
    }),
  )
}

/** Compiles only when contracts.json was not made from the present sources and packages. */
export function bringContractsUpToDate() {
  const digest = sourcesDigest()
  if (readDigest() === digest) return false
  writeFileSync(contractsFile, `${JSON.stringify({ sources: digest, contracts: compile() }, null, 2)}\n`)
  return true
}

function readDigest() {
  try {
    return JSON.parse(readFileSync(contractsFile, 'utf8')).sources
  } catch {
    return undefined
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(bringContractsUpToDate() ? 'contracts.json written' : 'contracts.json is up to date')
}
