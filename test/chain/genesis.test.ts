import * as assert from 'uvu/assert'
import { blobScheduleAt, forkAt } from '../../src/chain/config.js'
import { genesisConfig } from '../../src/chain/genesis.js'
import { mainnet } from '../../src/chain/networks.js'
import { InputError } from '../../src/errors.js'
import { Fork } from '../../src/types/fork.js'
import { suite } from '../support/suite.js'

const test = suite('chain/genesis')

const MAINNET_TEXT = `{"config":{"chainId":1,"homesteadBlock":1150000,"daoForkBlock":1920000,"daoForkSupport":true,
  "eip150Block":2463000,"eip150Hash":"0x2086799aeebeae135c246c65021c82b4e15a2c451340993aacfd2751886514f0",
  "eip155Block":2675000,"eip158Block":2675000,"byzantiumBlock":4370000,"constantinopleBlock":7280000,
  "petersburgBlock":7280000,"istanbulBlock":9069000,"muirGlacierBlock":9200000,"berlinBlock":12244000,
  "londonBlock":12965000,"arrowGlacierBlock":13773000,"grayGlacierBlock":15050000,
  "terminalTotalDifficulty":58750000000000000000000,"shanghaiTime":1681338455,"cancunTime":1710338135,
  "pragueTime":1746612311,"osakaTime":1764798551,"bpo1Time":1765290071,"bpo2Time":1767747671,"ethash":{},
  "depositContractAddress":"0x00000000219ab540356cbb839cbe05303d7705fa",
  "blobSchedule":{"cancun":{"target":3,"max":6,"baseFeeUpdateFraction":3338477},
    "prague":{"target":6,"max":9,"baseFeeUpdateFraction":5007716},
    "osaka":{"target":6,"max":9,"baseFeeUpdateFraction":5007716},
    "bpo1":{"target":10,"max":15,"baseFeeUpdateFraction":8346193},
    "bpo2":{"target":14,"max":21,"baseFeeUpdateFraction":11684671}}},
  "nonce":"0x42","alloc":{}}`

/** A chain of today from its first block on. */
const RECENT = {
  chainId: 1337,
  homesteadBlock: 0,
  eip150Block: 0,
  eip155Block: 0,
  eip158Block: 0,
  byzantiumBlock: 0,
  constantinopleBlock: 0,
  petersburgBlock: 0,
  istanbulBlock: 0,
  berlinBlock: 0,
  londonBlock: 0,
  terminalTotalDifficulty: 0,
  shanghaiTime: 0,
  cancunTime: 0,
}

function refused(config: object, code: string, field: string): void {
  assert.throws(
    () => genesisConfig({ config }),
    (error: unknown) =>
      error instanceof InputError && error.code === code && String(error.details.field).includes(field),
    `${code} at ${field}`,
  )
}

test('the text of a genesis file keeps a terminal total difficulty that JSON.parse would round', () => {
  assert.is(genesisConfig(MAINNET_TEXT).terminalTotalDifficulty, mainnet.terminalTotalDifficulty)
})

test('the genesis file of mainnet gives the rules of mainnet at every activation', () => {
  const config = genesisConfig(MAINNET_TEXT)
  assert.is(config.chainId, 1n)
  assert.is(config.daoForkBlock, mainnet.daoForkBlock)
  assert.equal(config.timeForks, mainnet.timeForks)
  assert.equal(config.depositContract, mainnet.depositContract)
  for (const { block } of mainnet.blockForks) {
    for (const number of [block - 1n, block]) {
      const position = { number, timestamp: 0n, isPostMerge: false }
      assert.is(forkAt(config, position), forkAt(mainnet, position))
    }
  }
  for (const { time } of mainnet.blobSchedules) {
    assert.equal(blobScheduleAt(config, time), blobScheduleAt(mainnet, time))
    assert.equal(blobScheduleAt(config, time - 1n), blobScheduleAt(mainnet, time - 1n))
  }
})

test('a parsed file does as well, and blob schedules that it does not name are the usual ones', () => {
  const config = genesisConfig({ config: { ...RECENT, pragueTime: 100 } })
  assert.is(forkAt(config, { number: 1n, timestamp: 99n }), Fork.Cancun)
  assert.is(forkAt(config, { number: 1n, timestamp: 100n }), Fork.Prague)
  assert.is(blobScheduleAt(config, 99n)?.max, 6)
  assert.is(blobScheduleAt(config, 100n)?.max, 9)
})

test('Constantinople without Petersburg is both, and the bomb forks may be left out', () => {
  const { petersburgBlock, ...config } = RECENT
  assert.is(petersburgBlock, 0)
  const { blockForks } = genesisConfig({ config })
  assert.ok(blockForks.some(({ fork }) => fork === Fork.Petersburg))
  assert.not(blockForks.some(({ fork }) => fork === Fork.MuirGlacier))
})

test('a DAO fork that the chain does not support is none', () => {
  const chain = { chainId: 61, homesteadBlock: 0, daoForkBlock: 1_920_000 }
  assert.is(genesisConfig({ config: { ...chain, daoForkSupport: false } }).daoForkBlock, undefined)
  assert.is(genesisConfig({ config: { ...chain, daoForkSupport: true } }).daoForkBlock, 1_920_000n)
})

test('forks out of order are refused', () => {
  refused({ ...RECENT, homesteadBlock: 5 }, 'GenesisForkOrder', 'eip150Block')
  refused({ ...RECENT, berlinBlock: null }, 'GenesisForkOrder', 'londonBlock')
  refused({ ...RECENT, shanghaiTime: 9, cancunTime: 8 }, 'GenesisForkOrder', 'cancunTime')
  refused({ ...RECENT, osakaTime: 9 }, 'GenesisForkOrder', 'osakaTime')
  refused({ ...RECENT, terminalTotalDifficulty: undefined }, 'GenesisForkOrder', 'terminalTotalDifficulty')
})

test('rules that Heddle does not know are refused, not passed over', () => {
  refused({ ...RECENT, amsterdamTime: 9 }, 'UnsupportedFork', 'amsterdamTime')
  refused({ ...RECENT, eip155Block: 0, eip158Block: 1 }, 'UnsupportedFork', 'eip158Block')
  refused({ chainId: 4, clique: { period: 15, epoch: 30_000 } }, 'UnsupportedConsensus', 'clique')
  refused({ ...RECENT, pragueTime: 1, osakaTime: 2, bpo3Time: 3 }, 'GenesisConfig', 'blobSchedule.bpo3')
})

test('malformed files are refused with the field', () => {
  refused({}, 'GenesisConfig', 'chainId')
  refused({ chainId: 'one' }, 'InvalidHex', 'chainId')
  refused({ chainId: -1 }, 'InvalidHex', 'chainId')
  refused({ ...RECENT, cancunTime: 1.5 }, 'InvalidHex', 'cancunTime')
  refused({ ...RECENT, depositContractAddress: '0x00' }, 'InvalidHex', 'depositContractAddress')
  const schedule = { target: 9, max: 6, baseFeeUpdateFraction: 1 }
  refused({ ...RECENT, blobSchedule: { cancun: schedule } }, 'GenesisConfig', 'blobSchedule.cancun.max')
  for (const file of ['{', '[]', '{"config":[]}', '{}']) {
    assert.throws(
      () => genesisConfig(file),
      (error: unknown) => error instanceof InputError,
      file,
    )
  }
})

test.run()
