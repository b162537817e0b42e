import { createMachine } from '../../src/wasm/machine.js'
import { readPrograms } from '../program/index.js'
import { timeProgram } from './program-run.js'

/** Prints the milliseconds of a program's first call in this process: what optimised code is worth shows nowhere else. */
const [name] = process.argv.slice(2)
const program = readPrograms().find((candidate) => candidate.name === name)
if (program === undefined) throw new Error(`first-call: no program is named ${name}`)
console.log(timeProgram(createMachine(), program))
