import { instantiateUnits } from './units.js'

/** Addresses and forks are read from the binary: `precompile('ModExp')`, `fork('Osaka')`. */
export interface Precompiles {
  readonly bytes: Uint8Array
  readonly names: readonly string[]
  readonly forks: readonly string[]
  readonly address: (name: string) => number
  readonly isActive: (address: number, fork: string) => boolean
  readonly run: (name: string, fork: string, input: Uint8Array, limits?: Limits) => Outcome
}

export interface Limits {
  readonly gas?: bigint
  readonly outputCapacity?: number
  readonly bigScratchSize?: number
}

export type Outcome = { readonly gasUsed: bigint; readonly output: Uint8Array } | 'failed' | 'over limit'

const BIG_SCRATCH = 0x4_0000
const OUTPUT = 0x14_0000
const OUTPUT_CAPACITY = 0x1_0000
const INPUT = 0x16_0000
const PLENTY = 1n << 60n

export async function instantiatePrecompiles(): Promise<Precompiles> {
  const { bytes, functions } = await instantiateUnits()
  const globals = functions as unknown as Record<string, WebAssembly.Global>
  const namesOf = (prefix: string) =>
    Object.keys(globals).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []))
  const globalOf = (name: string): number => globals[name]!.value
  const run = functions.runPrecompile as unknown as (...args: (number | bigint)[]) => bigint
  return {
    bytes,
    names: namesOf('Precompile.'),
    forks: namesOf('Fork.').sort((a, b) => globalOf(`Fork.${a}`) - globalOf(`Fork.${b}`)),
    address: (name) => globalOf(`Precompile.${name}`),
    isActive: (address, fork) => functions.precompileAt!(address, globalOf(`Fork.${fork}`)) !== 0,
    run: (name, fork, input, limits = {}) => {
      const { gas = PLENTY, outputCapacity = OUTPUT_CAPACITY, bigScratchSize = OUTPUT - BIG_SCRATCH } = limits
      functions.setBigScratch!(BIG_SCRATCH, bigScratchSize)
      bytes.set(input, INPUT)
      // Whatever an earlier run left must not pass for output, nor for the zeros past the end of the input.
      bytes.fill(0xa5, OUTPUT, OUTPUT + OUTPUT_CAPACITY)
      bytes.fill(0xa5, INPUT + input.length, INPUT + input.length + 2048)
      const left = run(
        globalOf(`Precompile.${name}`),
        globalOf(`Fork.${fork}`),
        INPUT,
        input.length,
        gas,
        OUTPUT,
        outputCapacity,
      )
      if (left === -1n) return 'failed'
      if (left === -2n) return 'over limit'
      const size = globalOf('precompileOutputSize')
      return { gasUsed: gas - left, output: bytes.slice(OUTPUT, OUTPUT + size) }
    },
  }
}
