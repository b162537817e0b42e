import { readFileSync } from 'node:fs'
import { benchAddress, contractAt, type Program, type ProgramAccount, word } from './program.js'

export interface CompiledContract {
  /** What stands at the account after deployment. */
  runtime: Uint8Array
  /** Four bytes by signature, as in `transfer(address,uint256)`. */
  selectors: ReadonlyMap<string, Uint8Array>
}

const TOKEN = benchAddress(0x40)
const DRIVER = benchAddress(0x41)
const TRACER = benchAddress(0x42)

const TOKEN_OPERATIONS = 5_000n
const PICTURE_SIZE = 48n

/** Reads what bench/compare/compile.js wrote; `text` is the file's content. */
export function parseContracts(text: string): Map<string, CompiledContract> {
  const { contracts } = JSON.parse(text) as {
    contracts: Record<string, { runtime: string; selectors: Record<string, string> }>
  }
  return new Map(
    Object.entries(contracts).map(([name, { runtime, selectors }]) => [
      name,
      {
        runtime: bytes(runtime),
        selectors: new Map(Object.entries(selectors).map(([signature, selector]) => [signature, bytes(selector)])),
      },
    ]),
  )
}

/** Programs written in Solidity: code as compilers emit it. */
export function contractPrograms(contracts: Map<string, CompiledContract>): Program[] {
  // As the constructor leaves it: a name and a symbol, so that the token is an account with storage.
  const token = contractAt(TOKEN, find(contracts, 'Token').runtime, [
    [word(3n), shortString('Heddle Thread')],
    [word(4n), shortString('HTH')],
  ])
  return [
    ...(['mint', 'transfer', 'approve'] as const).map((operation) =>
      callProgram(contracts, 'TokenDriver', DRIVER, `${operation}(address,uint256)`, {
        name: `erc20-${operation}`,
        about: `${operation} of an OpenZeppelin ERC-20 for 5,000 accounts, called from a contract`,
        arguments: [BigInt(`0x${Buffer.from(TOKEN).toString('hex')}`), TOKEN_OPERATIONS],
        others: [token],
      }),
    ),
    callProgram(contracts, 'RayTracer', TRACER, 'render(uint256,uint256)', {
      name: 'ray-tracer',
      about: `a picture of ${PICTURE_SIZE} by ${PICTURE_SIZE} pixels in fixed point`,
      arguments: [PICTURE_SIZE, PICTURE_SIZE],
      others: [],
    }),
  ]
}

/** The file stays in the source folder; this module runs from dist/bench/program. */
export function readContracts(): Map<string, CompiledContract> {
  return parseContracts(readFileSync(new URL('../../../bench/program/contracts.json', import.meta.url), 'utf8'))
}

function callProgram(
  contracts: Map<string, CompiledContract>,
  contract: string,
  to: Uint8Array,
  signature: string,
  program: { name: string; about: string; arguments: bigint[]; others: ProgramAccount[] },
): Program {
  const { runtime, selectors } = find(contracts, contract)
  const selector = selectors.get(signature)
  if (selector === undefined) throw new Error(`contracts.json: ${contract} has no function ${signature}`)
  const data = new Uint8Array(Buffer.concat([selector, ...program.arguments.map(word)]))
  return { name: program.name, about: program.about, to, data, accounts: [contractAt(to, runtime), ...program.others] }
}

/** How Solidity stores a string of less than 32 bytes. */
function shortString(text: string): Uint8Array {
  const slot = new Uint8Array(32)
  slot.set(Buffer.from(text))
  slot[31] = 2 * text.length
  return slot
}

function find(contracts: Map<string, CompiledContract>, name: string): CompiledContract {
  const contract = contracts.get(name)
  if (contract === undefined)
    throw new Error(`contracts.json: expected a contract ${name}, got ${[...contracts.keys()]}`)
  return contract
}

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}
