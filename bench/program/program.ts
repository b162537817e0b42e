/** An account that has to exist before a program runs. */
export interface ProgramAccount {
  address: Uint8Array
  code: Uint8Array
  balance: bigint
  storage: [key: Uint8Array, value: Uint8Array][]
}

/** One call that keeps an engine busy, and the state that it starts from. */
export interface Program {
  name: string
  about: string
  /** The account that is called: one of `accounts`. */
  to: Uint8Array
  data: Uint8Array
  accounts: ProgramAccount[]
}

/** Enough for every program, also 500 frames deep, where 63/64 of it were passed on each time. */
export const PROGRAM_GAS_LIMIT = 2_000_000_000n

export function word(value: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'))
}

/** The address of a bench contract: far from the precompiles, and with no leading zero byte that an engine could treat apart. */
export function benchAddress(index: number): Uint8Array {
  return word(0xbe00000000000000000000000000000000000000n + BigInt(index)).subarray(12)
}

export function contractAt(
  address: Uint8Array,
  code: Uint8Array,
  storage: ProgramAccount['storage'] = [],
): ProgramAccount {
  return { address, code, balance: 0n, storage }
}
