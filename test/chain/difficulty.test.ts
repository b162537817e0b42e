import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { forkAt } from '../../src/chain/config.js'
import { type DifficultyInput, expectedDifficulty } from '../../src/chain/difficulty.js'
import { fixtureNetwork } from '../../src/chain/fixture-network.js'
import { mainnet } from '../../src/chain/networks.js'
import { Fork } from '../../src/types/fork.js'
import { fixtureFolder, HOW_TO_GET_FIXTURES, jsonFiles, readJson } from '../support/fixtures.js'
import { suite } from '../support/suite.js'

const test = suite('chain/difficulty')

const EMPTY_UNCLES = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'

interface Case {
  parentTimestamp: string
  parentDifficulty: string
  parentUncles?: string
  currentTimestamp: string
  currentBlockNumber: string
  currentDifficulty: string
}

function inputOf(example: Case): DifficultyInput {
  const uncles = example.parentUncles ?? '0x00'
  return {
    number: BigInt(example.currentBlockNumber),
    timestamp: BigInt(example.currentTimestamp),
    parentDifficulty: BigInt(example.parentDifficulty),
    parentTimestamp: BigInt(example.parentTimestamp),
    parentHasUncles: uncles !== EMPTY_UNCLES && uncles !== '0x00',
  }
}

function check(example: Case, fork: Fork, name: string): void {
  assert.is(expectedDifficulty(fork, inputOf(example)), BigInt(example.currentDifficulty), name)
}

const base = {
  number: 2n,
  timestamp: 113n,
  parentDifficulty: 2_048_000n,
  parentTimestamp: 100n,
  parentHasUncles: false,
}

test('Frontier: up before 13 seconds, down from then on', () => {
  assert.is(expectedDifficulty(Fork.Frontier, { ...base, timestamp: 112n }), 2_049_000n)
  assert.is(expectedDifficulty(Fork.Frontier, base), 2_047_000n)
})

test('EIP-2: Homestead counts spans of ten seconds, down to a factor of -99', () => {
  assert.is(expectedDifficulty(Fork.Homestead, { ...base, timestamp: 109n }), 2_049_000n)
  assert.is(expectedDifficulty(Fork.Homestead, { ...base, timestamp: 110n }), 2_048_000n)
  assert.is(expectedDifficulty(Fork.Homestead, { ...base, timestamp: 100_000n }), 2_048_000n - 99_000n)
})

test('EIP-100: from Byzantium on a parent with uncles adds one step', () => {
  assert.is(expectedDifficulty(Fork.Byzantium, { ...base, timestamp: 109n }), 2_048_000n)
  assert.is(expectedDifficulty(Fork.Byzantium, { ...base, timestamp: 109n, parentHasUncles: true }), 2_049_000n)
})

test('the difficulty never falls below 131072, bomb included', () => {
  const low = { ...base, parentDifficulty: 131_072n, timestamp: 999n }
  assert.is(expectedDifficulty(Fork.Homestead, low), 131_072n)
  // 88 steps of 64 down, and the bomb of 2 ** 10, then of 2 ** 18.
  assert.is(expectedDifficulty(Fork.Homestead, { ...low, number: 1_200_000n }), 131_072n)
  assert.is(expectedDifficulty(Fork.Homestead, { ...low, number: 2_000_000n }), 131_072n - 88n * 64n + 2n ** 18n)
})

test('each fork that delayed the bomb starts it where its EIP says', () => {
  const delays: [Fork, bigint][] = [
    [Fork.Frontier, 0n],
    [Fork.Byzantium, 3_000_000n],
    [Fork.Constantinople, 5_000_000n],
    [Fork.Istanbul, 5_000_000n],
    [Fork.MuirGlacier, 9_000_000n],
    [Fork.Berlin, 9_000_000n],
    [Fork.London, 9_700_000n],
    [Fork.ArrowGlacier, 10_700_000n],
    [Fork.GrayGlacier, 11_400_000n],
  ]
  for (const [fork, delay] of delays) {
    const at = (number: bigint) => expectedDifficulty(fork, { ...base, timestamp: 101n, number })
    const quiet = at(0n)
    assert.is(at(delay + 199_999n), quiet)
    assert.is(at(delay + 200_000n), quiet + 1n)
    assert.is(at(delay + 700_000n), quiet + 32n)
  }
})

const folder = fixtureFolder('ethereum-tests')
if (folder === undefined) {
  test.skip(`DifficultyTests and BasicTests: ${HOW_TO_GET_FIXTURES}`)
} else {
  test('official DifficultyTests', () => {
    let count = 0
    for (const file of jsonFiles(join(folder, 'DifficultyTests'))) {
      for (const [name, suites] of Object.entries(readJson(file) as Record<string, Record<string, unknown>>)) {
        for (const [network, cases] of Object.entries(suites)) {
          if (network === '_info') continue
          const fork = forkAt(fixtureNetwork(network), { number: 0n, timestamp: 0n })
          for (const [title, example] of Object.entries(cases as Record<string, Case>)) {
            check(example, fork, `${name}/${title}`)
            count++
          }
        }
      }
    }
    assert.is(count, 18_598)
  })

  test('official BasicTests/difficulty*.json', () => {
    const ropsten = (number: bigint) => {
      if (number < 1_700_000n) return Fork.Homestead
      return number < 4_230_000n ? Fork.Byzantium : Fork.Constantinople
    }
    const networks: [string, (number: bigint) => Fork][] = [
      ['difficulty.json', (number) => forkAt(mainnet, { number, timestamp: 0n })],
      ['difficultyMainNetwork.json', (number) => forkAt(mainnet, { number, timestamp: 0n })],
      ['difficultyCustomMainNetwork.json', (number) => forkAt(mainnet, { number, timestamp: 0n })],
      ['difficultyCustomHomestead.json', () => Fork.Homestead],
      ['difficultyRopsten.json', ropsten],
    ]
    let count = 0
    for (const [file, forkOf] of networks) {
      const cases = readJson(join(folder, 'BasicTests', file)) as Record<string, Case>
      for (const [title, example] of Object.entries(cases)) {
        check(example, forkOf(BigInt(example.currentBlockNumber)), `${file}/${title}`)
        count++
      }
    }
    assert.is(count, 14 + 2254 + 360 + 120 + 2254)
  })
}

test.run()
