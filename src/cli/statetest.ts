import type { Command } from './command.js'
import { fixtureCommand } from './fixture-command.js'

export const statetest: Command = fixtureCommand({
  kind: 'state',
  name: 'statetest',
  summary: 'run state tests (and the VM tests that came before them)',
  model: "geth's evm statetest",
})
