import { encodeCall } from './abi.js'
import type { PartFactory } from './part.js'
import { FEES } from './stage.js'
import { recipient, user } from './world.js'

export const transferPart: PartFactory = async () => ({
  transaction: (pick) => ({
    from: user(pick.user),
    to: recipient(pick.target),
    value: BigInt(pick.dice + 1),
    gasLimit: 21_000n,
    ...FEES,
  }),
})

export const erc20Part: PartFactory = async (stage) => {
  const coin = await stage.deploy('Coin')
  stage.names.set(coin, 'ERC-20')
  return {
    enable(pick) {
      stage.mint(coin, user(pick.user))
      stage.mint(coin, recipient(pick.target))
    },
    transaction: (pick) => ({
      from: user(pick.user),
      to: coin,
      data: encodeCall('transfer(address,uint256)', [recipient(pick.target), BigInt(pick.dice + 1)]),
      gasLimit: 80_000n,
      ...FEES,
    }),
  }
}

/** Everybody wants the next number of the same collection. */
export const mintPart: PartFactory = async (stage) => {
  const collection = await stage.deploy('Weave')
  stage.names.set(collection, 'ERC-721')
  return {
    transaction: (pick) => ({
      from: user(pick.user),
      to: collection,
      data: encodeCall('mint()', []),
      gasLimit: 150_000n,
      ...FEES,
    }),
  }
}

const STEPS = 25n

export const gamePart: PartFactory = async (stage) => {
  const realm = await stage.deploy('Realm')
  stage.names.set(realm, 'Game')
  const turn = (sender: number, seed: number) => ({
    from: user(sender),
    to: realm,
    data: encodeCall('play(uint256,uint256)', [(BigInt(seed) << 32n) | BigInt(sender), STEPS]),
    gasLimit: 400_000n,
    ...FEES,
  })
  return {
    // Its hero is born before the block.
    enable: (pick) => stage.send(turn(pick.user, pick.dice ^ 1)),
    transaction: (pick) => turn(pick.user, pick.dice),
  }
}
