import { spawn } from 'node:child_process'

export interface Run {
  output: string
  /** Of the process; absent when a signal ended it. */
  status?: number
  signal?: string
  /** It was still running, and was killed. */
  timedOut?: number
}

const running = new Set<number>()

/** Runs one file to its end, with a group of processes of its own so that what it started can be ended with it. */
export function runFile(file: string, timeoutSeconds: number): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const group = child.pid
    if (group !== undefined) running.add(group)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      if (group !== undefined) kill(group)
    }, timeoutSeconds * 1000)
    child.on('error', reject)
    child.on('close', (status, signal) => {
      clearTimeout(timer)
      if (group !== undefined) running.delete(group)
      resolve({
        output,
        ...(status === null ? {} : { status }),
        ...(signal === null ? {} : { signal }),
        ...(timedOut ? { timedOut: timeoutSeconds } : {}),
      })
    })
  })
}

function kill(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch (error) {
    // It ended by itself in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** An interrupt reaches only our own group. */
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const group of running) kill(group)
    process.exit(1)
  })
}
