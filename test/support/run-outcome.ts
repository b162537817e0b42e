import { stripVTControlCharacters } from 'node:util'
import type { Run } from './run-file.js'
import { SKIPPED } from './suite.js'

export interface FileOutcome {
  passed: number
  /** Tests that failed or did not run, and at least one if anything else was wrong. */
  failed: number
  /** A sentence for each. */
  skipped: string[]
  /** What the counts alone do not say. */
  faults: string[]
  output: string
}

/** What uvu counted, held against what the process said and how it ended: uvu's exit status alone hides failures. */
export function readOutcome({ output, status, signal, timedOut }: Run): FileOutcome {
  const text = stripVTControlCharacters(output)
  const total = count(text, 'Total') ?? 0
  const passed = count(text, 'Passed') ?? 0
  const untold = count(text, 'Skipped') ?? 0
  const skipped = [...text.matchAll(new RegExp(`^${SKIPPED}(.*)$`, 'gm'))].map(([, sentence]) => sentence!)

  const faults: string[] = []
  const marked = text.match(/^ *FAIL /gm)?.length ?? 0
  if (timedOut !== undefined) faults.push(`did not end within ${timedOut} seconds`)
  else if (signal !== undefined) faults.push(`was ended by ${signal}`)
  else if (count(text, 'Total') === undefined) faults.push(`ended with exit status ${status} before its tests did`)
  else if (total - passed !== marked)
    faults.push(`${total - passed - marked} tests did not run: something threw in between`)
  else if (status !== 0 && marked === 0) faults.push(`ended with exit status ${status}`)
  else if (total + untold === 0) faults.push('has no test')
  if (untold > skipped.length) faults.push(`skips ${untold - skipped.length} tests without saying why`)

  return { passed, failed: Math.max(total - passed, faults.length), skipped, faults, output }
}

/** A line of uvu's summary, the last one in case a test prints the like. */
function count(text: string, name: string): number | undefined {
  const found = [...text.matchAll(new RegExp(`^ {2}${name}: +(\\d+)$`, 'gm'))].at(-1)
  return found === undefined ? undefined : Number(found[1])
}
