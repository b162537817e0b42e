import type { Options } from './args.js'

export interface Command {
  /** One line, for the list of commands. */
  summary: string
  usage: string
  details: string
  options: Options
  /** Gives the exit status. */
  run(args: readonly string[]): Promise<number>
}
