#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { HeddleError, InputError } from '../errors.js'
import { describeOptions } from './args.js'
import { block } from './block.js'
import { blocktest } from './blocktest.js'
import type { Command } from './command.js'
import { demo } from './demo.js'
import { writeAll } from './output.js'
import { run } from './run.js'
import { statetest } from './statetest.js'
import { t8n } from './t8n.js'

/** A further command is a line here and a file beside this one. */
const COMMANDS: Readonly<Record<string, Command>> = { block, blocktest, demo, run, statetest, t8n, transition: t8n }

const EXIT_INPUT = 1
const EXIT_BUG = 70

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  if (name === '--version' || name === '-v') return print(`heddle ${version()}\n`)
  if (name === undefined || isHelp(name) || name === 'help') return print(help(rest[0]))
  const command = COMMANDS[name]
  if (command === undefined || !Object.hasOwn(COMMANDS, name)) throw unknownCommand(name)
  if (rest.some(isHelp)) return print(help(name))
  return command.run(rest)
}

function isHelp(argument: string): boolean {
  return argument === '--help' || argument === '-h'
}

function print(text: string): number {
  writeAll(1, text)
  return 0
}

function help(name: string | undefined): string {
  if (name === undefined) {
    const rows = Object.entries(COMMANDS).map(([key, { summary }]) => `  ${key.padEnd(10)} ${summary}`)
    return `Usage: heddle COMMAND [options]\n\nCommands:\n${rows.join('\n')}\n\n'heddle COMMAND --help' tells more; 'heddle --version' tells the version.\n`
  }
  if (!Object.hasOwn(COMMANDS, name)) throw unknownCommand(name)
  const { usage, details, options } = COMMANDS[name]!
  return `Usage: ${usage}\n\n${details}\n\nOptions:\n${describeOptions(options)}\n`
}

function version(): string {
  const file = new URL('../../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

function unknownCommand(name: string): InputError {
  const known = Object.keys(COMMANDS).join(', ')
  return new InputError('UnknownCommand', `${name}: no such command; there are ${known}`, {
    got: name,
    expected: known,
  })
}

/** What was foreseen is one sentence; anything else is a mistake in this program, and comes with where it happened. */
function explain(error: unknown): number {
  if (error instanceof HeddleError) {
    writeAll(2, `heddle: ${error.message}\n`)
    return EXIT_INPUT
  }
  writeAll(2, `heddle: BUG: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return EXIT_BUG
}

process.exitCode = await main(process.argv.slice(2)).catch(explain)
