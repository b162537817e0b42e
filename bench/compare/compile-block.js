// Compiles bench/block/solidity and gathers the contracts that Uniswap and Aave publish on npm, into
// src/workload/contracts.json, which is committed: the workloads run without any of these packages.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { deflateRawSync } from 'node:zlib'

const require = createRequire(import.meta.url)
const sourceFolder = new URL('../block/solidity/', import.meta.url)
const contractsFile = new URL('../../src/workload/contracts.json', import.meta.url)

const own = ['Coin', 'Weave', 'Swapper', 'Realm', 'Listing']
const aave = '@aave/core-v3/artifacts/contracts/protocol'
/** Where each artifact is; of what it links to, what is not listed here is never called by the workloads. */
const published = {
  UniswapV2Factory: '@uniswap/v2-core/build/UniswapV2Factory.json',
  UniswapV2Router02: '@uniswap/v2-periphery/build/UniswapV2Router02.json',
  UniswapV3Factory: '@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json',
  PoolAddressesProvider: `${aave}/configuration/PoolAddressesProvider.sol/PoolAddressesProvider.json`,
  ACLManager: `${aave}/configuration/ACLManager.sol/ACLManager.json`,
  Pool: `${aave}/pool/Pool.sol/Pool.json`,
  PoolConfigurator: `${aave}/pool/PoolConfigurator.sol/PoolConfigurator.json`,
  DefaultReserveInterestRateStrategy: `${aave}/pool/DefaultReserveInterestRateStrategy.sol/DefaultReserveInterestRateStrategy.json`,
  AToken: `${aave}/tokenization/AToken.sol/AToken.json`,
  StableDebtToken: `${aave}/tokenization/StableDebtToken.sol/StableDebtToken.json`,
  VariableDebtToken: `${aave}/tokenization/VariableDebtToken.sol/VariableDebtToken.json`,
  BorrowLogic: `${aave}/libraries/logic/BorrowLogic.sol/BorrowLogic.json`,
  SupplyLogic: `${aave}/libraries/logic/SupplyLogic.sol/SupplyLogic.json`,
  PoolLogic: `${aave}/libraries/logic/PoolLogic.sol/PoolLogic.json`,
  ConfiguratorLogic: `${aave}/libraries/logic/ConfiguratorLogic.sol/ConfiguratorLogic.json`,
}

const settings = {
  evmVersion: 'prague',
  optimizer: { enabled: true, runs: 10_000 },
  // Without the metadata trailer the bytecode depends on nothing but the code.
  metadata: { appendCBOR: false, bytecodeHash: 'none' },
  outputSelection: { '*': { '*': ['evm.bytecode.object'] } },
}

/** Changes with anything that the bytecodes depend on: packages (pinned exactly), settings, sources. */
function sourcesDigest() {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
  const hash = createHash('sha256')
  for (const [name, version] of Object.entries(dependencies))
    if (/^(solc|@openzeppelin|@uniswap|@aave)/.test(name)) hash.update(`${name} ${version}\n`)
  hash.update(JSON.stringify([settings, published]))
  for (const name of readdirSync(sourceFolder).sort())
    hash.update(name).update(readFileSync(new URL(name, sourceFolder)))
  return hash.digest('hex')
}

/** Creation codes by name, hexadecimal and without 0x. */
function compile() {
  const solc = require('solc')
  const sources = Object.fromEntries(
    own.map((name) => [name, { content: readFileSync(new URL(`${name}.sol`, sourceFolder), 'utf8') }]),
  )
  const findImport = (path) => ({ contents: readFileSync(require.resolve(path), 'utf8') })
  const input = JSON.stringify({ language: 'Solidity', sources, settings })
  const output = JSON.parse(solc.compile(input, { import: findImport }))
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'))
  return Object.fromEntries(own.map((name) => [name, pack(output.contracts[name][name].evm.bytecode.object)]))
}

/** `links`: the offsets where the address of a library belongs. */
function readPublished() {
  return Object.fromEntries(
    Object.entries(published).map(([name, path]) => {
      const { bytecode, linkReferences = {} } = JSON.parse(readFileSync(require.resolve(path), 'utf8'))
      const links = Object.fromEntries(
        Object.values(linkReferences).flatMap((file) =>
          Object.entries(file).map(([library, places]) => [library, places.map(({ start }) => start)]),
        ),
      )
      return [name, pack(bytecode.replace(/^0x/, '').replace(/__\$[0-9a-f]{34}\$__/g, '0'.repeat(40)), links)]
    }),
  )
}

function pack(hex, links = {}) {
  const creation = deflateRawSync(Buffer.from(hex, 'hex'), { level: 9 }).toString('base64')
  return Object.keys(links).length === 0 ? { creation } : { creation, links }
}

const contracts = { ...compile(), ...readPublished() }
writeFileSync(contractsFile, `${JSON.stringify({ sources: sourcesDigest(), contracts }, null, 2)}\n`)
console.log('contracts.json written')
