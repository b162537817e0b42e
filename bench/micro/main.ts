import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Case, type Measurement, measure } from '../harness.js'
import { type Program, readPrograms } from '../program/index.js'
import { createCalibration } from './calibration.js'
import { hashCases } from './hash.js'
import { allOpcodeCases, OpcodeMeter, type OpcodeResult } from './opcode-run.js'
import { precompileCases } from './precompile-cases.js'
import { profileProgram } from './profile.js'
import { type ProgramResult, runProgram } from './program-run.js'
import { measureRecovery, type RecoveryResult, recoveryCases } from './recovery.js'
import {
  functionTable,
  machineLine,
  noiseReport,
  opcodeTable,
  profileTable,
  programTable,
  recoveryTable,
} from './report.js'
import { u256Cases } from './u256.js'

const HELP = `npm run bench:wasm -- [--filter REGEX] [--json FILE] [--profile PROGRAM]

The profile of the WASM core: ns per opcode, precompile, u256 function and hash, signers recovered per second, and whole
programs, first call against steady state. Names for --filter are opcode/ADD, precompile/sha256…, u256/u256.add…,
hash/keccak256…, signature/recover, program/loop.

  --filter REGEX     only what has such a name
  --json FILE        write all figures to a file, too
  --profile PROGRAM  instead: count, gas and time of a program by opcode`

const CALIBRATION_SAMPLES = 60
/** Functions are measured in loops inside WASM, so short batches suffice. */
const FUNCTION_OPTIONS = { batchTime: 2, batches: 15, warmUp: 30 }

process.exitCode = await main()

async function main(): Promise<number> {
  const { filter, json, profile } = readArguments()
  const programs = readPrograms()
  const calibration = await createCalibration()
  calibration.sample('before', CALIBRATION_SAMPLES)
  console.log(`${machineLine()}\n`)

  const report: Record<string, unknown> = { machine: machineLine() }
  if (profile === undefined) {
    const isWanted = (name: string) => filter.test(name)
    Object.assign(
      report,
      measureAll(programs, isWanted, () => calibration.sample('during', 1)),
    )
  } else {
    const found = profileProgram(findProgram(programs, profile), new OpcodeMeter())
    calibration.sample('during', CALIBRATION_SAMPLES)
    console.log(`${profileTable(found)}\n`)
    report.profile = found
  }

  calibration.sample('after', CALIBRATION_SAMPLES)
  const noise = calibration.spreads()
  console.log(noiseReport(noise))
  report.noise = noise
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`)
  return 0
}

interface Results {
  opcodes: OpcodeResult[]
  precompiles: OpcodeResult[]
  u256: (Measurement & { name: string })[]
  hashes: (Measurement & { name: string })[]
  recoveries: RecoveryResult[]
  programs: ProgramResult[]
}

function measureAll(
  allPrograms: readonly Program[],
  isWanted: (name: string) => boolean,
  calibrate: () => void,
): Results {
  const wanted = <T extends { name: string }>(group: string, subjects: readonly T[]): T[] =>
    subjects.filter(({ name }) => isWanted(`${group}/${name}`))
  const each = <T, R>(subjects: readonly T[], run: (subject: T) => R): R[] =>
    subjects.map((subject) => {
      calibrate()
      return run(subject)
    })
  const show = (length: number, text: () => string) => {
    if (length > 0) console.log(`${text()}\n`)
  }
  const functions = (subjects: readonly Case[]) =>
    each(subjects, ({ name, prepare, run }) => {
      prepare?.()
      return { name, ...measure(run, FUNCTION_OPTIONS) }
    })

  const opcodeCases = wanted('opcode', allOpcodeCases())
  const precompiled = wanted('precompile', precompileCases())
  const meter = opcodeCases.length + precompiled.length > 0 ? new OpcodeMeter() : undefined
  const opcodes = each(opcodeCases, (subject) => meter!.measure(subject))
  show(opcodes.length, () => opcodeTable(opcodes))
  const precompiles = each(precompiled, (subject) => meter!.measure(subject))
  show(precompiles.length, () => opcodeTable(precompiles, 'precompile, with its call'))
  const u256 = functions(wanted('u256', u256Cases))
  show(u256.length, () => functionTable('u256 function, operand bits', u256))
  const hashes = functions(wanted('hash', hashCases))
  show(hashes.length, () => functionTable('hash', hashes))
  const recoveries = each(wanted('signature', recoveryCases), measureRecovery)
  show(recoveries.length, () => recoveryTable(recoveries))
  const programs = each(wanted('program', allPrograms), runProgram)
  show(programs.length, () => programTable(programs))
  const results = { opcodes, precompiles, u256, hashes, recoveries, programs }
  if (Object.values(results).every(({ length }) => length === 0)) {
    fail('--filter: expected a name that something has, got none: see --help')
  }
  return results
}

function findProgram(programs: readonly Program[], name: string): Program {
  const program = programs.find((candidate) => candidate.name === name)
  if (program !== undefined) return program
  return fail(`--profile: expected one of ${programs.map((candidate) => candidate.name).join(', ')}, got ${name}`)
}

function readArguments(): { filter: RegExp; json: string | undefined; profile: string | undefined } {
  try {
    const { values } = parseArgs({
      options: {
        filter: { type: 'string', default: '' },
        json: { type: 'string' },
        profile: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) {
      console.log(HELP)
      process.exit(0)
    }
    return { filter: new RegExp(values.filter), json: values.json, profile: values.profile }
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${HELP}`)
  }
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
