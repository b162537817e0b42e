import type { BlockReceipt } from '../block/block-receipt.js'
import type { DraftTransaction, Hex } from '../block/draft.js'
import { createEngine, type DraftBlock, type Engine } from '../engine.js'
import type { MemoryState } from '../state/memory-state.js'
import { type Argument, encodeArguments, encodeCall } from './abi.js'
import { creationCode } from './contracts.js'
import { COINBASE, DEPLOYER, WORKLOAD_CHAIN } from './world.js'

const BASE_FEE = 10n ** 9n
const BLOCK_GAS = 10n ** 13n
const BLOCK_SIZE = 2_000
const GENESIS_TIME = 1_750_000_000n
const DEPLOYMENT_GAS = 16_000_000n
const HOLDERS_PER_MINT = 200
const EVERYTHING = (1n << 256n) - 1n

/** Fees of every transaction of the workloads. To be spread last: V8 gives each object that begins with a spread a shape of its own. */
export const FEES: Readonly<Pick<DraftTransaction, 'maxFeePerGas' | 'maxPriorityFeePerGas'>> = {
  maxFeePerGas: 3n * BASE_FEE,
  maxPriorityFeePerGas: BASE_FEE,
}

/** Where a workload is built: what it needs is deployed, minted and approved by ordinary blocks, one after the other. */
export class Stage {
  readonly #engine: Engine
  readonly #queue: DraftTransaction[] = []
  readonly #holders = new Map<Hex, Set<Hex>>()
  readonly #approvals = new Set<string>()
  readonly #coins: Hex[] = []
  /** Of contracts, by address: for those who read reports. */
  readonly names: Map<Hex, string> = new Map()
  readonly #onProgress: ((share: number) => void) | undefined
  #number = 0n

  constructor(state: MemoryState, onProgress?: (share: number) => void) {
    this.#onProgress = onProgress
    this.#engine = createEngine({ chain: WORKLOAD_CHAIN, state, workers: 0 })
  }

  /** A block that stands on top of everything that was done here. */
  block(transactions: DraftTransaction[]): DraftBlock {
    const number = this.#number + 1n
    const timestamp = GENESIS_TIME + 12n * number
    return { number, timestamp, gasLimit: BLOCK_GAS, baseFee: BASE_FEE, coinbase: COINBASE, transactions }
  }

  async deploy(name: string, values: readonly Argument[] = [], libraries: Record<string, Hex> = {}): Promise<Hex> {
    await this.flush()
    const data = new Uint8Array(Buffer.concat([creationCode(name, libraries), encodeArguments(values)]))
    const [receipt] = await this.#execute([{ from: DEPLOYER, data, gasLimit: DEPLOYMENT_GAS, ...FEES }])
    const address = receipt!.contractAddress!
    this.names.set(address, name)
    return address
  }

  /** A call by the deployer, at once. */
  async call(to: Hex, signature: string, values: readonly Argument[] = []): Promise<BlockReceipt> {
    await this.flush()
    const [receipt] = await this.#execute([
      { from: DEPLOYER, to, data: encodeCall(signature, values), gasLimit: DEPLOYMENT_GAS, ...FEES },
    ])
    return receipt!
  }

  /** A transaction in one of the next blocks, in the order of asking. */
  send(draft: DraftTransaction): void {
    this.#queue.push(draft)
  }

  /** The coins that all parts of a workload trade in. */
  async coin(index: number): Promise<Hex> {
    for (let number = this.#coins.length; number <= index; number++) {
      const coin = await this.deploy('Coin')
      this.names.set(coin, `Coin ${number}`)
      this.#coins.push(coin)
    }
    return this.#coins[index]!
  }

  /** The holder has plenty of the coin before what is sent from now on. */
  mint(coin: Hex, holder: Hex): void {
    const holders = this.#holders.get(coin) ?? new Set<Hex>()
    this.#holders.set(coin, holders)
    holders.add(holder)
  }

  /** Once for each of them. */
  approve(coin: Hex, owner: Hex, spender: Hex): void {
    const key = coin + owner + spender
    if (this.#approvals.has(key)) return
    this.#approvals.add(key)
    const data = encodeCall('approve(address,uint256)', [spender, EVERYTHING])
    this.send({ from: owner, to: coin, data, gasLimit: 100_000n, ...FEES })
  }

  /** Executes what was asked for. */
  async flush(): Promise<void> {
    const mints = [...this.#holders].flatMap(([coin, holders]) => mintTransactions(coin, [...holders]))
    this.#holders.clear()
    const all = [...mints, ...this.#queue.splice(0)]
    for (let start = 0; start < all.length; start += BLOCK_SIZE) {
      await this.#execute(all.slice(start, start + BLOCK_SIZE))
      this.#onProgress?.(Math.min(1, (start + BLOCK_SIZE) / all.length))
    }
  }

  /** Ends the stage, and gives the state. */
  async finish(): Promise<MemoryState> {
    await this.flush()
    await this.#engine.close()
    return this.#engine.state as MemoryState
  }

  async #execute(transactions: DraftTransaction[]): Promise<BlockReceipt[]> {
    const block = this.block(transactions)
    const executed = await this.#engine.executeBlock(block)
    const failed = executed.receipts.find(({ success }) => !success)
    if (failed !== undefined) {
      const { to, data, gasLimit } = transactions[failed.index]!
      const called = `${to ?? 'a creation'} ${Buffer.from((data as Uint8Array).subarray(0, 4)).toString('hex')}`
      throw new Error(`BUG: setting up failed: ${called}, ${failed.gasUsed} of ${gasLimit} gas, block ${block.number}`)
    }
    executed.commit()
    this.#number = block.number!
    return executed.receipts
  }
}

function mintTransactions(coin: Hex, holders: readonly Hex[]): DraftTransaction[] {
  const transactions: DraftTransaction[] = []
  for (let start = 0; start < holders.length; start += HOLDERS_PER_MINT) {
    const some = holders.slice(start, start + HOLDERS_PER_MINT)
    const data = encodeCall('mint(address[],uint256)', [some, 10n ** 30n])
    transactions.push({ from: DEPLOYER, to: coin, data, gasLimit: DEPLOYMENT_GAS, ...FEES })
  }
  return transactions
}
