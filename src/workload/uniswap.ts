import type { Hex } from '../block/draft.js'
import { encodeCall } from './abi.js'
import type { PartFactory, Pick } from './part.js'
import { FEES, type Stage } from './stage.js'
import { DEPLOYER, user } from './world.js'

const DEADLINE = 1n << 64n
const FEE = 3000n
const SQRT_PRICE_ONE = 1n << 96n
const TICKS = 60_000n
const LIQUIDITY = 10n ** 27n

interface Market {
  coins: readonly [Hex, Hex]
  pool: Hex
}

/** The swap's direction and amount: a millionth of a pool, more or less. */
function orderOf({ dice }: Pick): { isForward: boolean; amount: bigint } {
  return { isForward: (dice & 1) === 0, amount: 10n ** 20n + BigInt(dice) * 10n ** 11n }
}

/** Pairs of as few coins as give so many pairs. */
async function coinPairs(stage: Stage, count: number): Promise<(readonly [Hex, Hex])[]> {
  const pairs: (readonly [Hex, Hex])[] = []
  for (let second = 1; pairs.length < count; second++) {
    for (let first = 0; first < second && pairs.length < count; first++) {
      pairs.push([await stage.coin(first), await stage.coin(second)])
    }
  }
  return pairs
}

/** Uniswap V2: its factory, its router, its pairs. */
export const swapV2Part: PartFactory = async (stage, targets) => {
  const factory = await stage.deploy('UniswapV2Factory', [DEPLOYER])
  const router = await stage.deploy('UniswapV2Router02', [factory, '0x00'])
  stage.names.set(router, 'Uniswap V2 router')
  const markets: Market[] = []
  for (const coins of await coinPairs(stage, targets)) {
    const { logs } = await stage.call(factory, 'createPair(address,address)', coins)
    const pool = `0x${logs.at(-1)!.data.slice(26, 66)}` as Hex
    stage.mint(coins[0], pool)
    stage.mint(coins[1], pool)
    stage.names.set(pool, `Uniswap V2 pair ${markets.length}`)
    markets.push({ coins, pool })
  }
  for (const { pool } of markets) await stage.call(pool, 'mint(address)', [DEPLOYER])
  const coinsOf = (pick: Pick) => {
    const { coins } = markets[pick.target]!
    return orderOf(pick).isForward ? coins : ([coins[1], coins[0]] as const)
  }
  return {
    enable(pick) {
      const [paid] = coinsOf(pick)
      stage.mint(paid, user(pick.user))
      stage.approve(paid, user(pick.user), router)
    },
    transaction: (pick) => ({
      from: user(pick.user),
      to: router,
      data: encodeCall('swapExactTokensForTokens(uint256,uint256,address[],address,uint256)', [
        orderOf(pick).amount,
        0n,
        coinsOf(pick),
        user(pick.user),
        DEADLINE,
      ]),
      gasLimit: 250_000n,
      ...FEES,
    }),
  }
}

/** Uniswap V3: its factory and pools, behind a contract that pays them. */
export const swapV3Part: PartFactory = async (stage, targets) => {
  const factory = await stage.deploy('UniswapV3Factory')
  const swapper = await stage.deploy('Swapper')
  stage.names.set(swapper, 'Uniswap V3 swapper')
  const markets: Market[] = []
  for (const coins of await coinPairs(stage, targets)) {
    const { logs } = await stage.call(factory, 'createPool(address,address,uint24)', [...coins, FEE])
    const pool = `0x${logs.at(-1)!.data.slice(-40)}` as Hex
    await stage.call(pool, 'initialize(uint160)', [SQRT_PRICE_ONE])
    for (const coin of coins) {
      stage.mint(coin, DEPLOYER)
      stage.approve(coin, DEPLOYER, swapper)
    }
    stage.names.set(pool, `Uniswap V3 pool ${markets.length}`)
    // token0 has the smaller address.
    markets.push({ coins: coins[0] < coins[1] ? coins : [coins[1], coins[0]], pool })
  }
  for (const { pool } of markets) {
    await stage.call(swapper, 'provide(address,int24,int24,uint128)', [pool, -TICKS, TICKS, LIQUIDITY])
  }
  return {
    enable(pick) {
      const { coins } = markets[pick.target]!
      const paid = orderOf(pick).isForward ? coins[0] : coins[1]
      stage.mint(paid, user(pick.user))
      stage.approve(paid, user(pick.user), swapper)
    },
    transaction(pick) {
      const { isForward, amount } = orderOf(pick)
      const { pool } = markets[pick.target]!
      const data = encodeCall('swap(address,bool,int256)', [pool, isForward ? 1n : 0n, amount])
      return { from: user(pick.user), to: swapper, data, gasLimit: 400_000n, ...FEES }
    },
  }
}
