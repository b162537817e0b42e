import { parseArgs } from 'node:util'
import { InputError } from '../errors.js'

/** One option of a command. A boolean may be given as --name, --name=true or --name=false. */
export interface Option {
  type: 'boolean' | 'string' | 'number'
  /** What stands for the value in the help. */
  value?: string
  help: string
  aliases?: readonly string[]
  /** Accepted for the sake of tools that were written for geth, and not shown. */
  isHidden?: boolean
}

export type Options = Readonly<Record<string, Option>>

type ValueOf<O extends Option> = O['type'] extends 'boolean' ? boolean : O['type'] extends 'number' ? number : string

export type Values<T extends Options> = { [K in keyof T]?: ValueOf<T[K]> }

export interface Arguments<T extends Options> {
  values: Values<T>
  positionals: string[]
}

export function parseArguments<T extends Options>(args: readonly string[], options: T): Arguments<T> {
  const names = new Map<string, string>()
  for (const [name, { aliases = [] }] of Object.entries(options))
    for (const key of [name, ...aliases]) names.set(key, name)
  const { tokens } = parseArgs({
    args: args.map(doubleDash),
    options: Object.fromEntries(
      [...names].map(([key, name]) => [
        key,
        { type: options[name]!.type === 'boolean' ? 'boolean' : 'string' } as const,
      ]),
    ),
    strict: false,
    tokens: true,
    allowPositionals: true,
  })
  const values: Record<string, boolean | string | number> = {}
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const name = names.get(token.name)
    if (name === undefined) throw unknownOption(token.rawName, options)
    values[name] = readValue(token.rawName, options[name]!, token.value)
  }
  return { values: values as Values<T>, positionals }
}

/** Tools that were written for geth give long options a single dash, too. */
function doubleDash(argument: string): string {
  return /^-[a-z][\w.-]/i.test(argument) ? `-${argument}` : argument
}

function readValue(
  name: string,
  { type, value: placeholder }: Option,
  value: string | undefined,
): boolean | string | number {
  if (type === 'boolean') {
    if (value === undefined || value === 'true') return true
    if (value === 'false') return false
    throw invalidOption(name, 'true or false', value)
  }
  if (value === undefined) throw invalidOption(name, placeholder ?? 'a value', 'nothing')
  if (type === 'string') return value
  if (!/^-?\d{1,15}$/.test(value)) throw invalidOption(name, 'an integer', value)
  return Number(value)
}

export function invalidOption(name: string, expected: string, got: string): InputError {
  const field = name.startsWith('-') ? name : `--${name}`
  return new InputError('InvalidOption', `${field}: expected ${expected}, got ${got}`, { field, expected, got })
}

function unknownOption(name: string, options: Options): InputError {
  const known = Object.entries(options).flatMap(([key, { isHidden }]) => (isHidden ? [] : [`--${key}`]))
  const message = `${name}: no such option; there are ${known.join(', ')}`
  return new InputError('UnknownOption', message, { field: name, expected: known, got: name })
}

/** The lines of a command's help that its options fill. */
export function describeOptions(options: Options): string {
  const rows = Object.entries(options)
    .filter(([, { isHidden }]) => !isHidden)
    .map(([name, { value, help, aliases = [] }]) => {
      const other = aliases.length === 0 ? '' : ` (also ${aliases.map((alias) => `--${alias}`).join(', ')})`
      return [`--${name}${value === undefined ? '' : ` ${value}`}`, help + other] as const
    })
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}
