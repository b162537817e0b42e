import { create2Address, createAddress } from '../../src/codec/address.js'
import { keccak256 } from '../../src/codec/keccak.js'
import { InMemoryState } from '../../src/state/in-memory.js'
import type { BlockEnvironment } from '../../src/types/block.js'
import { Fork } from '../../src/types/fork.js'
import type { AccessListEntry, Message, RecoveredAuthorization } from '../../src/types/transaction.js'
import { bytecode, word } from './bytecode.js'
import { address, COINBASE, environmentOf, lowAddress } from './machine.js'
import { Random } from './random.js'
import {
  CHILD_INITCODE,
  CONTRACTS,
  COUNTER,
  FACTORY,
  FAILER,
  FORWARDER,
  LOCK,
  LOOKER,
  MIXER,
  MORTALS,
  POOL,
  SPAWNER,
  TOKEN,
  TOKEN_TRANSFER,
  WALLET,
} from './workload-contracts.js'

/** A block to be executed in every way there is: the state before it, and its transactions. */
export interface Workload {
  /** What `randomWorkload` makes it from. */
  seed: number
  environment: BlockEnvironment
  state: InMemoryState
  messages: Message[]
}

const FORKS: readonly Fork[] = [Fork.London, Fork.Shanghai, Fork.Cancun, Fork.Prague, Fork.Osaka]
const SENDERS: readonly Uint8Array[] = Array.from({ length: 24 }, (_, i) => address(i))
const AUTHORITIES: readonly Uint8Array[] = Array.from({ length: 4 }, (_, i) => address(0x40 + i))
const FEW = 6
const RICH = 10n ** 18n
/** They have nothing before the block, and send from what they are given in it. */
const POOR: readonly Uint8Array[] = Array.from({ length: 5 }, (_, i) => address(0x80 + i))
const POOR_GAS = 150_000n

/** What the factory makes of the first salts. */
const CHILDREN: readonly Uint8Array[] = Array.from({ length: 3 }, (_, salt) =>
  create2Address(FACTORY, word(BigInt(salt)), keccak256(CHILD_INITCODE)),
)

const BASE = new InMemoryState()
for (const sender of SENDERS) BASE.set(sender, { balance: RICH })
for (const [at, fields] of CONTRACTS) BASE.set(at, fields)

/** One call, before it has a sender and a price. */
type Call = Partial<Message> & { to?: Uint8Array }

/** Transactions that work most of the time, most of them on the same few accounts and slots; the same seed gives the same block. */
export function randomWorkload(seed: number): Workload {
  return new WorkloadMaker(seed).make()
}

class WorkloadMaker {
  readonly #seed: number
  readonly #random: Random
  readonly #fork: Fork
  readonly #environment: BlockEnvironment
  readonly #state: InMemoryState
  readonly #nonces = new Map<string, bigint>()
  /** What the poor have at least. */
  readonly #purses = new Map<string, bigint>()
  readonly #senders: readonly Uint8Array[]
  /** Who is transferred to, looked at and inherits. */
  readonly #known: readonly Uint8Array[]

  constructor(seed: number) {
    this.#seed = seed
    this.#random = new Random(seed)
    const random = this.#random
    this.#fork = random.pick(FORKS)
    this.#senders = SENDERS.slice(
      0,
      random.weighted([
        [1, 1],
        [2, 2],
        [4, FEW],
        [3, SENDERS.length],
      ]),
    )
    const coinbase = random.weighted([
      [6, COINBASE],
      [1, SENDERS[0]!],
      [1, LOOKER],
      [1, MORTALS[0]!],
      [1, lowAddress(3)],
    ])
    this.#known = [coinbase, ...SENDERS.slice(0, 3), ...AUTHORITIES, ...MORTALS, ...CHILDREN, WALLET, lowAddress(3)]
    this.#environment = environmentOf(this.#fork, {
      coinbase,
      baseFee: random.chance(0.3) ? 0n : 7n,
      gasLimit: random.chance(0.06) ? 2_000_000n : 10n ** 12n,
    })
    this.#state = BASE.clone()
    if (random.chance(0.5)) this.#state.set(COINBASE, { balance: 5n })
    if (random.chance(0.3)) this.#state.set(lowAddress(3), { balance: 1n })
    if (random.chance(0.3)) this.#state.set(AUTHORITIES[0]!, { balance: 50n, nonce: 0n })
    if (random.chance(0.2)) this.#state.set(createAddress(SENDERS[0]!, 1n), { nonce: 1n })
    if (random.chance(0.2)) this.#state.set(CHILDREN[0]!, { balance: 4n })
    if (random.chance(0.1)) this.#state.set(CHILDREN[1]!, { nonce: 1n, code: bytecode('CALLER SELFDESTRUCT') })
  }

  make(): Workload {
    const random = this.#random
    const count = random.weighted([
      [6, random.between(2, 30)],
      [5, random.between(30, 80)],
      [1, random.between(80, 200)],
    ])
    const kinds = this.#kinds()
    const messages: Message[] = []
    for (let index = 0; index < count; index++) messages.push(this.#message(random.weighted(kinds)()))
    if (random.chance(0.12)) this.#spoil(messages)
    return { seed: this.#seed, environment: this.#environment, state: this.#state, messages }
  }

  /** Each block has its own mixture; one kind dominates many of them. */
  #kinds(): [number, () => Call][] {
    const random = this.#random
    const makers = [
      () => this.#transfer(),
      () => this.#counter(),
      () => this.#tokenTransfer(),
      () => ({ to: POOL, data: word(BigInt(random.between(1, 50_000))) }),
      () => this.#look(),
      () => this.#mix(),
      () => this.#forward(),
      () => ({ to: FAILER, data: word(BigInt(random.below(5))), value: BigInt(random.below(3)) }),
      () => this.#mortal(),
      () => this.#factory(),
      () => ({ to: SPAWNER, value: BigInt(random.below(2)) }),
      () => this.#creation(),
      () => ({ to: LOCK }),
      () => this.#delegated(),
      () => this.#gift(),
    ]
    const favourite = random.chance(0.4) ? random.below(makers.length) : -1
    return makers
      .map((make, kind) => [kind === favourite ? 30 : random.below(4), make] as [number, () => Call])
      .concat([[1, makers[0]!]])
  }

  #someone(): Uint8Array {
    return this.#random.pick(this.#known)
  }

  #transfer(): Call {
    const random = this.#random
    const value = BigInt(random.below(4)) * BigInt(random.below(1000))
    const fresh = () => address(0x4000 + random.below(8))
    const to = random.weighted([
      [3, fresh],
      [3, () => this.#someone()],
      [2, () => random.pick(SENDERS)],
    ])()
    return { to, value }
  }

  /** Enough for one transaction of the poor or for some. */
  #gift(): Call {
    const to = this.#random.pick(POOR)
    const value = BigInt(this.#random.between(1, 8)) * 1_000_000n
    this.#purses.set(textOf(to), this.#purseOf(to) + value)
    return { to, value }
  }

  #purseOf(owner: Uint8Array): bigint {
    return this.#purses.get(textOf(owner)) ?? 0n
  }

  #counter(): Call {
    return { to: COUNTER, data: this.#random.chance(0.5) ? new Uint8Array(0) : word(BigInt(this.#random.below(6))) }
  }

  #tokenTransfer(): Call {
    const data = new Uint8Array(68)
    new DataView(data.buffer).setUint32(0, TOKEN_TRANSFER)
    data.set(this.#random.pick(SENDERS), 16)
    data.set(word(BigInt(this.#random.below(600))), 36)
    return { to: TOKEN, data }
  }

  #look(): Call {
    const target = this.#random.chance(0.2) ? address(0x4000 + this.#random.below(8)) : this.#someone()
    return { to: LOOKER, data: concat(wordOf(target), word(BigInt(this.#random.below(2)))) }
  }

  #mix(): Call {
    return { to: MIXER, data: concat(word(BigInt(this.#random.below(16))), word(BigInt(this.#random.below(16)))) }
  }

  #forward(): Call {
    const inner = this.#random.weighted([
      [3, () => this.#transfer()],
      [1, () => this.#counter()],
      [2, () => this.#mix()],
      [2, () => this.#mortal()],
      [2, () => this.#factory()],
      [1, () => this.#look()],
      [1, () => ({ to: lowAddress(this.#random.between(2, 4)) })],
    ])() as Call
    const fails = this.#random.chance(0.2) ? 1n : 0n
    return {
      to: FORWARDER,
      data: concat(wordOf(inner.to!), word(inner.value ?? 0n), word(fails), inner.data ?? new Uint8Array(0)),
      value: this.#random.chance(0.3) ? 10n : 0n,
    }
  }

  #mortal(): Call {
    const to = this.#random.pick(this.#random.chance(0.5) ? MORTALS : CHILDREN)
    const value = BigInt(this.#random.below(3))
    return this.#random.chance(0.4) ? { to, value, data: wordOf(this.#heir(to)) } : { to, value }
  }

  #heir(own: Uint8Array): Uint8Array {
    return this.#random.weighted([
      [2, own],
      [3, this.#someone()],
      [1, address(0x4000 + this.#random.below(8))],
    ])
  }

  #factory(): Call {
    const salt = word(BigInt(this.#random.below(CHILDREN.length)))
    return {
      to: FACTORY,
      data: concat(salt, word(BigInt(this.#random.below(3)))),
      value: BigInt(this.#random.below(3)),
    }
  }

  #creation(): Call {
    const random = this.#random
    const data = random.weighted([
      [4, CHILD_INITCODE],
      [1, bytecode('0 0 REVERT')],
      [1, bytecode('INVALID')],
      [1, bytecode('CALLER SELFDESTRUCT')],
      [1, bytecode('0xef 0 MSTORE8 1 0 RETURN')],
      [1, new Uint8Array(0)],
    ])
    return { data, value: BigInt(random.below(3)) }
  }

  #delegated(): Call {
    const random = this.#random
    const to = random.pick(AUTHORITIES)
    const call: Call = {
      to,
      value: BigInt(random.below(5)),
      data: random.chance(0.5) ? wordOf(this.#someone()) : new Uint8Array(0),
    }
    if (this.#fork < Fork.Prague || random.chance(0.5)) return call
    call.type = 4
    call.authorizations = Array.from({ length: random.between(1, 3) }, () => this.#authorization())
    return call
  }

  /** Nonces are counted up when the transaction is known to be in the block: see `#message`. */
  #authorization(): RecoveredAuthorization {
    const random = this.#random
    const authority = random.weighted([
      [4, random.pick(AUTHORITIES)],
      [1, random.pick(this.#senders)],
      [1, COUNTER],
    ])
    const delegate = random.weighted([
      [4, WALLET],
      [2, COUNTER],
      [1, LOCK],
      [1, random.pick(AUTHORITIES)],
      [1, new Uint8Array(20)],
    ])
    const authorization: RecoveredAuthorization = {
      chainId: random.weighted([
        [4, 1n],
        [2, 0n],
        [1, 2n],
      ]),
      address: delegate,
      nonce: random.chance(0.1) ? 7n : -1n,
    }
    if (random.chance(0.95)) authorization.authority = authority
    return authorization
  }

  #message(call: Call): Message {
    const message = this.#richMessage(call)
    // Before what they were given is theirs they must not send, and a worker that is early sees that they must not.
    const heir = this.#random.pick(POOR)
    if (message.type > 2 || message.authorizations.length > 0 || this.#random.chance(0.7)) return message
    const cost = POOR_GAS * message.maxFeePerGas + message.value
    const isPaid = this.#purseOf(heir) >= cost
    if (!isPaid && this.#random.chance(0.998)) return message
    this.#nonces.set(textOf(message.sender), message.nonce!)
    this.#purses.set(textOf(heir), isPaid ? this.#purseOf(heir) - cost : 0n)
    return { ...message, sender: heir, nonce: this.#nonceAfter(heir), gasLimit: POOR_GAS }
  }

  #richMessage(call: Call): Message {
    const random = this.#random
    const sender = random.pick(this.#senders)
    const { baseFee } = this.#environment
    const type =
      call.type ??
      random.weighted([
        [2, 0],
        [2, 1],
        [4, 2],
        [this.#fork >= Fork.Cancun && call.to ? 1 : 0, 3],
      ] as [number, 0 | 1 | 2 | 3][])
    const priority = BigInt(random.below(3))
    const price = baseFee + priority
    const usesPriority = type >= 2
    return {
      type,
      sender,
      nonce: this.#nonceAfter(sender),
      gasLimit: random.chance(0.08) ? BigInt(random.between(80_000, 130_000)) : 600_000n,
      to: undefined,
      value: 0n,
      data: new Uint8Array(0),
      maxFeePerGas: usesPriority ? price + BigInt(random.below(5)) : price,
      maxPriorityFeePerGas: usesPriority ? priority : price,
      accessList: type !== 0 && random.chance(0.3) ? this.#accessList() : [],
      maxFeePerBlobGas: type === 3 ? 10n : 0n,
      blobVersionedHashes: type === 3 && random.chance(0.2) ? [blobHash()] : type === 3 ? [blobHash()] : [],
      ...call,
      authorizations: this.#numbered(call.authorizations ?? []),
    }
  }

  /** The sender's nonce; from now on it has one more. */
  #nonceAfter(sender: Uint8Array): bigint {
    const text = textOf(sender)
    const nonce = this.#nonces.get(text) ?? 0n
    this.#nonces.set(text, nonce + 1n)
    return nonce
  }

  #numbered(authorizations: readonly RecoveredAuthorization[]): RecoveredAuthorization[] {
    return authorizations.map((authorization) => {
      const { authority, chainId, nonce } = authorization
      if (nonce >= 0n || authority === undefined) return { ...authorization, nonce: nonce < 0n ? 0n : nonce }
      if (chainId > 1n || authority === COUNTER) return { ...authorization, nonce: 1n }
      return { ...authorization, nonce: this.#nonceAfter(authority) }
    })
  }

  /** Some of what is used, and some of what is not. */
  #accessList(): AccessListEntry[] {
    const random = this.#random
    return Array.from({ length: random.between(1, 3) }, () => ({
      address: random.chance(0.5) ? random.pick(CONTRACTS)[0] : this.#someone(),
      storageKeys: Array.from({ length: random.below(3) }, () => word(BigInt(random.below(8)))),
    }))
  }

  /** Makes one transaction such that it must not be in the block, at least as it seems from here. */
  #spoil(messages: Message[]): void {
    const random = this.#random
    const index = random.below(messages.length)
    const message = messages[index]!
    messages[index] = random.weighted<() => Message>([
      [2, () => ({ ...message, nonce: message.nonce! + 1n })],
      [1, () => ({ ...message, nonce: message.nonce === 0n ? 9n : message.nonce! - 1n })],
      [2, () => ({ ...message, value: RICH - BigInt(random.below(4_000_000)) })],
      [1, () => ({ ...message, gasLimit: 20_999n })],
      [1, () => ({ ...message, maxFeePerGas: 0n, maxPriorityFeePerGas: 1n })],
      [1, () => ({ ...message, sender: random.pick([COUNTER, MORTALS[1]!, CHILDREN[0]!]), nonce: 1n })],
      [1, () => ({ ...message, type: 4, authorizations: [] })],
    ])()
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}

/** An address as an argument. */
function wordOf(at: Uint8Array): Uint8Array {
  return concat(new Uint8Array(12), at)
}

function blobHash(): Uint8Array {
  return Uint8Array.of(1, ...new Uint8Array(31))
}
