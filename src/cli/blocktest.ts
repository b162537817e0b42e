import type { Command } from './command.js'
import { fixtureCommand } from './fixture-command.js'

export const blocktest: Command = fixtureCommand({
  kind: 'block',
  name: 'blocktest',
  summary: 'run blockchain tests',
  model: "geth's evm blocktest",
})
