import * as assert from 'uvu/assert'
import { blobScheduleAt, type ChainConfig, forkAt } from '../../src/chain/config.js'
import { fixtureNetwork } from '../../src/chain/fixture-network.js'
import { holesky, hoodi, mainnet, sepolia } from '../../src/chain/networks.js'
import { InputError } from '../../src/errors.js'
import { Fork, type ForkName, forkName } from '../../src/types/fork.js'
import { suite } from '../support/suite.js'

const test = suite('chain/config')

function forkNameAt(config: ChainConfig, number: bigint, timestamp = 0n, totalDifficulty?: bigint): ForkName {
  return forkName(forkAt(config, { number, timestamp, ...(totalDifficulty === undefined ? {} : { totalDifficulty }) }))
}

test('mainnet: every fork begins at its block, not one before', () => {
  const history: [bigint, ForkName, ForkName][] = [
    [1_150_000n, 'Frontier', 'Homestead'],
    [2_463_000n, 'Homestead', 'TangerineWhistle'],
    [2_675_000n, 'TangerineWhistle', 'SpuriousDragon'],
    [4_370_000n, 'SpuriousDragon', 'Byzantium'],
    [7_280_000n, 'Byzantium', 'Petersburg'],
    [9_069_000n, 'Petersburg', 'Istanbul'],
    [9_200_000n, 'Istanbul', 'MuirGlacier'],
    [12_244_000n, 'MuirGlacier', 'Berlin'],
    [12_965_000n, 'Berlin', 'London'],
    [13_773_000n, 'London', 'ArrowGlacier'],
    [15_050_000n, 'ArrowGlacier', 'GrayGlacier'],
    [15_537_394n, 'GrayGlacier', 'Paris'],
  ]
  for (const [block, before, after] of history) {
    assert.is(forkNameAt(mainnet, block - 1n), before)
    assert.is(forkNameAt(mainnet, block), after)
  }
  assert.is(forkNameAt(mainnet, 0n), 'Frontier')
})

test('mainnet: every later fork begins at its time, not one second before', () => {
  const history: [bigint, ForkName, ForkName][] = [
    [1_681_338_455n, 'Paris', 'Shanghai'],
    [1_710_338_135n, 'Shanghai', 'Cancun'],
    [1_746_612_311n, 'Cancun', 'Prague'],
    [1_764_798_551n, 'Prague', 'Osaka'],
    [1_767_747_671n, 'Osaka', 'Osaka'],
  ]
  for (const [time, before, after] of history) {
    assert.is(forkNameAt(mainnet, 17_000_000n, time - 1n), before)
    assert.is(forkNameAt(mainnet, 17_000_000n, time), after)
  }
})

test('mainnet: the blob parameters follow forks and BPO changes', () => {
  const history: [bigint, number | undefined, number][] = [
    [1_710_338_135n, undefined, 6],
    [1_746_612_311n, 6, 9],
    [1_764_798_551n, 9, 9],
    [1_765_290_071n, 9, 15],
    [1_767_747_671n, 15, 21],
  ]
  for (const [time, before, after] of history) {
    assert.is(blobScheduleAt(mainnet, time - 1n)?.max, before)
    assert.is(blobScheduleAt(mainnet, time)?.max, after)
  }
})

test('test networks: London from genesis, then by time', () => {
  assert.is(forkNameAt(sepolia, 1_450_408n), 'London')
  assert.is(forkNameAt(sepolia, 1_450_409n), 'Paris')
  for (const config of [sepolia, holesky, hoodi]) {
    for (const { fork, time } of config.timeForks) {
      assert.is(forkAt(config, { number: 3_000_000n, timestamp: time }) >= fork, true)
      if (time > 0n) assert.is(forkAt(config, { number: 3_000_000n, timestamp: time - 1n }), fork - 1)
    }
    assert.is(blobScheduleAt(config, 2_000_000_000n)?.max, 21)
  }
  assert.is(forkNameAt(holesky, 0n), 'Paris')
  assert.is(forkNameAt(hoodi, 0n), 'Cancun')
})

test('Paris begins by total difficulty where no block is known, or by what the caller knows', () => {
  const config = fixtureNetwork('ArrowGlacierToParisAtDiffC0000')
  assert.is(forkNameAt(config, 9n), 'ArrowGlacier')
  assert.is(forkNameAt(config, 9n, 0n, 0xbffffn), 'ArrowGlacier')
  assert.is(forkNameAt(config, 9n, 0n, 0xc0000n), 'Paris')
  assert.is(forkAt(config, { number: 9n, timestamp: 0n, isPostMerge: true }), Fork.Paris)
  assert.is(forkAt(mainnet, { number: 20_000_000n, timestamp: 0n, isPostMerge: false }), Fork.GrayGlacier)
})

test('fixture networks: each fork name gives its fork from genesis on', () => {
  const names: [string, ForkName][] = [
    ['Frontier', 'Frontier'],
    ['EIP150', 'TangerineWhistle'],
    ['EIP158', 'SpuriousDragon'],
    ['ConstantinopleFix', 'Petersburg'],
    ['Merge', 'Paris'],
    ['Paris', 'Paris'],
    ['Cancun', 'Cancun'],
    ['Osaka', 'Osaka'],
    ['BPO1', 'Osaka'],
    ['BPO4', 'Osaka'],
    ...(Object.keys(Fork) as ForkName[]).map((name): [string, ForkName] => [name, name]),
  ]
  for (const [name, fork] of names) assert.is(forkNameAt(fixtureNetwork(name), 0n), fork, name)
  assert.is(blobScheduleAt(fixtureNetwork('BPO2'), 0n)?.max, 21)
  assert.is(blobScheduleAt(fixtureNetwork('Shanghai'), 0n), undefined)
})

test('fixture networks: transitions by block, by time and to the DAO fork', () => {
  const byBlock: [string, ForkName, ForkName][] = [
    ['FrontierToHomesteadAt5', 'Frontier', 'Homestead'],
    ['HomesteadToEIP150At5', 'Homestead', 'TangerineWhistle'],
    ['EIP158ToByzantiumAt5', 'SpuriousDragon', 'Byzantium'],
    ['ByzantiumToConstantinopleFixAt5', 'Byzantium', 'Petersburg'],
    ['BerlinToLondonAt5', 'Berlin', 'London'],
  ]
  for (const [name, before, after] of byBlock) {
    assert.is(forkNameAt(fixtureNetwork(name), 4n), before, name)
    assert.is(forkNameAt(fixtureNetwork(name), 5n), after, name)
  }
  const byTime: [string, ForkName, ForkName][] = [
    ['ParisToShanghaiAtTime15k', 'Paris', 'Shanghai'],
    ['ShanghaiToCancunAtTime15k', 'Shanghai', 'Cancun'],
    ['CancunToPragueAtTime15k', 'Cancun', 'Prague'],
    ['PragueToOsakaAtTime15k', 'Prague', 'Osaka'],
    ['OsakaToBPO1AtTime15k', 'Osaka', 'Osaka'],
  ]
  for (const [name, before, after] of byTime) {
    assert.is(forkNameAt(fixtureNetwork(name), 9n, 14_999n), before, name)
    assert.is(forkNameAt(fixtureNetwork(name), 9n, 15_000n), after, name)
  }
  assert.is(blobScheduleAt(fixtureNetwork('BPO1ToBPO2AtTime15k'), 14_999n)?.max, 15)
  assert.is(blobScheduleAt(fixtureNetwork('BPO1ToBPO2AtTime15k'), 15_000n)?.max, 21)
  const dao = fixtureNetwork('HomesteadToDaoAt5')
  assert.is(dao.daoForkBlock, 5n)
  assert.is(forkNameAt(dao, 5n), 'Homestead')
})

test('fixture networks: a fixture may bring its own chain id and blob schedules', () => {
  const blobSchedules = { Prague: { target: 1, max: 2, baseFeeUpdateFraction: 3n } }
  const config = fixtureNetwork('Prague', { chainId: 7n, blobSchedules })
  assert.is(config.chainId, 7n)
  assert.is(blobScheduleAt(config, 0n)?.max, 2)
})

test('fixture networks: any other name is refused', () => {
  const names = [
    '',
    'prague',
    'Amsterdam',
    'BPO2ToAmsterdamAtTime15k',
    'HomesteadToFrontierAt5',
    'BerlinToLondonAtTime15k',
  ]
  for (const name of [...names, 'ParisToShanghaiAt5', 'LondonToCancunAtTime15k', 'constructor', 'DaoToHomesteadAt5']) {
    assert.throws(
      () => fixtureNetwork(name),
      (error: unknown) => error instanceof InputError && error.code === 'UnknownNetwork',
      name,
    )
  }
})

test.run()
