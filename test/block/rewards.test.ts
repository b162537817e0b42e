import * as assert from 'uvu/assert'
import { blockReward, blockRewards } from '../../src/block/rewards.js'
import { withdrawalCredits } from '../../src/block/withdrawals.js'
import { Fork } from '../../src/types/fork.js'
import { suite } from '../support/suite.js'

const test = suite('block/rewards')

const ETHER = 10n ** 18n
const miner = new Uint8Array(20).fill(1)
const uncleMiner = new Uint8Array(20).fill(2)

test('a block pays 5, then 3 from Byzantium, 2 from Constantinople, nothing from Paris on', () => {
  const rewards: [Fork, bigint][] = [
    [Fork.Frontier, 5n],
    [Fork.SpuriousDragon, 5n],
    [Fork.Byzantium, 3n],
    [Fork.Constantinople, 2n],
    [Fork.GrayGlacier, 2n],
    [Fork.Paris, 0n],
    [Fork.Osaka, 0n],
  ]
  for (const [fork, ether] of rewards) assert.is(blockReward(fork), ether * ETHER)
})

test('an uncle loses an eighth per generation, its nephew gains a 32nd of the reward for each', () => {
  const header = { number: 100n, coinbase: miner }
  const uncles = [
    { number: 99n, coinbase: uncleMiner },
    { number: 94n, coinbase: uncleMiner },
  ]
  assert.equal(blockRewards(Fork.Homestead, header, uncles), [
    { address: uncleMiner, amount: (5n * ETHER * 7n) / 8n },
    { address: uncleMiner, amount: (5n * ETHER * 2n) / 8n },
    { address: miner, amount: 5n * ETHER + (5n * ETHER * 2n) / 32n },
  ])
})

test('a reward of zero still touches the miner before Paris, and nobody from then on', () => {
  const header = { number: 1n, coinbase: miner }
  assert.equal(blockRewards(Fork.London, header, [], 0n), [{ address: miner, amount: 0n }])
  assert.equal(blockRewards(Fork.Paris, header, []), [])
})

test('EIP-4895: withdrawals are credited in their order, Gwei as wei', () => {
  const withdrawals = [
    { index: 0n, validatorIndex: 1n, address: miner, amount: 2n ** 64n - 1n },
    { index: 1n, validatorIndex: 1n, address: uncleMiner, amount: 0n },
  ]
  assert.equal(withdrawalCredits(withdrawals), [
    { address: miner, amount: (2n ** 64n - 1n) * 10n ** 9n },
    { address: uncleMiner, amount: 0n },
  ])
})

test.run()
