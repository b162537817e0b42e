import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'
import type { Hex } from '../block/draft.js'

interface PackedContract {
  /** Creation code, deflated, in base64. */
  creation: string
  /** Where the addresses of libraries belong, by their names. */
  links?: Record<string, number[]>
}

let contracts: Record<string, PackedContract> | undefined

/** The creation code that bench/compare/compile-block.js gathered, linked. A library that is not given is never called. */
export function creationCode(name: string, libraries: Readonly<Record<string, Hex>> = {}): Uint8Array {
  contracts ??= readContracts()
  const contract = contracts[name]
  if (contract === undefined) {
    throw new Error(`contracts.json: expected a contract ${name}, got ${Object.keys(contracts).join(', ')}`)
  }
  const code = Uint8Array.from(inflateRawSync(Buffer.from(contract.creation, 'base64')))
  for (const [library, offsets] of Object.entries(contract.links ?? {})) {
    const address = libraries[library]
    if (address !== undefined) for (const offset of offsets) code.set(Buffer.from(address.slice(2), 'hex'), offset)
  }
  return code
}

/** The file stays in the source folder; this module runs from dist/src/workload. */
function readContracts(): Record<string, PackedContract> {
  const text = readFileSync(new URL('../../../src/workload/contracts.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { contracts: Record<string, PackedContract> }).contracts
}
