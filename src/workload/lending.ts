import type { DraftTransaction, Hex } from '../block/draft.js'
import { type Argument, encodeCall } from './abi.js'
import type { PartFactory, Pick } from './part.js'
import { FEES, type Stage } from './stage.js'
import { DEPLOYER, user } from './world.js'

const RAY = 10n ** 27n
const VARIABLE_RATE = 2n
const COLLATERAL = 10n ** 24n
const LIQUIDITY = 10n ** 28n
const LIBRARIES = ['BorrowLogic', 'SupplyLogic', 'PoolLogic', 'ConfiguratorLogic'] as const
const ACTIONS = ['supply', 'borrow', 'withdraw', 'repay'] as const

/** Aave V3 with as many assets as there are targets. Users have supplied one asset before the block, and borrowed another. */
export const lendingPart: PartFactory = async (stage, targets) => {
  const assets: Hex[] = []
  for (let index = 0; index < Math.max(2, targets); index++) assets.push(await stage.coin(index))
  const pool = await deployAave(stage, assets)
  stage.names.set(pool, 'Aave V3 pool')
  for (const asset of assets) {
    stage.mint(asset, DEPLOYER)
    stage.approve(asset, DEPLOYER, pool)
    await stage.call(pool, SUPPLY, [asset, LIQUIDITY, DEPLOYER, 0n])
  }
  const send = (sender: number, signature: string, values: readonly Argument[]): DraftTransaction => ({
    from: user(sender),
    to: pool,
    data: encodeCall(signature, values),
    gasLimit: 600_000n,
    ...FEES,
  })
  const supplied = (pick: Pick) => assets[pick.target % assets.length]!
  const borrowed = (pick: Pick) => assets[(pick.target + 1) % assets.length]!
  const borrow = (pick: Pick, amount: bigint) => {
    return send(pick.user, BORROW, [borrowed(pick), amount, VARIABLE_RATE, 0n, user(pick.user)])
  }
  return {
    enable(pick) {
      const owner = user(pick.user)
      for (const asset of [supplied(pick), borrowed(pick)]) {
        stage.mint(asset, owner)
        stage.approve(asset, owner, pool)
      }
      stage.send(send(pick.user, SUPPLY, [supplied(pick), COLLATERAL, owner, 0n]))
      stage.send(borrow(pick, COLLATERAL / 4n))
    },
    transaction(pick) {
      const owner = user(pick.user)
      const amount = COLLATERAL / 100n + BigInt(pick.dice)
      switch (ACTIONS[pick.dice % ACTIONS.length]!) {
        case 'supply':
          return send(pick.user, SUPPLY, [supplied(pick), amount, owner, 0n])
        case 'borrow':
          return borrow(pick, amount)
        case 'withdraw':
          return send(pick.user, 'withdraw(address,uint256,address)', [supplied(pick), amount, owner])
        case 'repay':
          return send(pick.user, REPAY, [borrowed(pick), amount, VARIABLE_RATE, owner])
      }
    },
  }
}

const SUPPLY = 'supply(address,uint256,address,uint16)'
const BORROW = 'borrow(address,uint256,uint256,uint16,address)'
const REPAY = 'repay(address,uint256,uint256,address)'

/** Gives the pool's proxy. */
async function deployAave(stage: Stage, assets: readonly Hex[]): Promise<Hex> {
  const provider = await stage.deploy('PoolAddressesProvider', [[], DEPLOYER])
  const listing = await stage.deploy('Listing')
  await stage.call(provider, 'setPriceOracle(address)', [listing])
  await stage.call(provider, 'setACLAdmin(address)', [DEPLOYER])
  const roles = await stage.deploy('ACLManager', [provider])
  await stage.call(provider, 'setACLManager(address)', [roles])
  await stage.call(roles, 'addPoolAdmin(address)', [listing])

  const libraries: Record<string, Hex> = {}
  for (const name of LIBRARIES) libraries[name] = await stage.deploy(name)
  const poolCode = await stage.deploy('Pool', [provider], libraries)
  const pool = proxyOf(await stage.call(provider, 'setPoolImpl(address)', [poolCode]))
  const configuratorCode = await stage.deploy('PoolConfigurator', [], libraries)
  const configurator = proxyOf(await stage.call(provider, 'setPoolConfiguratorImpl(address)', [configuratorCode]))

  const codes: Hex[] = []
  for (const name of ['AToken', 'StableDebtToken', 'VariableDebtToken']) codes.push(await stage.deploy(name, [pool]))
  const percent = RAY / 100n
  const rates = [80n, 0n, 4n, 60n, 1n, 60n, 1n, 8n, 20n].map((rate) => rate * percent)
  codes.push(await stage.deploy('DefaultReserveInterestRateStrategy', [provider, ...rates]))
  for (const asset of assets) {
    await stage.call(listing, 'list(address,address,address[4])', [configurator, asset, ...codes])
  }
  return pool
}

/** ProxyCreated(bytes32 indexed id, address indexed proxyAddress, address indexed implementationAddress). */
const PROXY_CREATED_TOPICS = 4

function proxyOf({ logs }: Awaited<ReturnType<Stage['call']>>): Hex {
  const created = logs.find(({ topics, data }) => topics.length === PROXY_CREATED_TOPICS && data === '0x')
  if (created === undefined) throw new Error('BUG: no proxy was created')
  return `0x${created.topics[2]!.slice(26)}`
}
