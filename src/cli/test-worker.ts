import { parentPort, workerData } from 'node:worker_threads'
import { HeddleError } from '../errors.js'
import { type CaseFilter, runFixtureFile, type TestKind } from '../fixture/fixture-file.js'
import type { CaseReport } from '../fixture/report.js'
import { type MachineSettings, machineSlot } from './machine-slot.js'

/** What a worker gets once. */
export interface WorkerSettings {
  kind: TestKind
  filter: CaseFilter
  machine: MachineSettings
}

export interface WorkerTask {
  index: number
  file: string
}

export interface WorkerResult {
  index: number
  reports: CaseReport[]
  /** What is wrong with the file; errors lose their class on the way between threads. */
  problem?: { code: string; message: string }
}

/** Undefined when this module is imported for its types. */
if (parentPort !== null) listen(workerData as WorkerSettings, parentPort)

function listen({ kind, filter, machine }: WorkerSettings, port: NonNullable<typeof parentPort>): void {
  const slot = machineSlot(machine)
  port.on('message', async ({ index, file }: WorkerTask) => {
    const reports: CaseReport[] = []
    const result: WorkerResult = { index, reports }
    try {
      await runFixtureFile(slot, kind, file, filter, (report) => reports.push(report))
    } catch (error) {
      const { message } = error as Error
      const code = error instanceof HeddleError ? error.code : 'Unexpected'
      result.problem = { code, message: error instanceof HeddleError ? message : `${file}: ${message}` }
    }
    port.postMessage(result)
  })
}
