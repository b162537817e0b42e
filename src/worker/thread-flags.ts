import { Worker } from 'node:worker_threads'

const REFUSED = /invalid execArgv flags: (.*)$/

/** Those of `flags` that a thread may have: V8's belong to the process, threads have them anyway, and it is an error to pass them on. */
export function threadFlags(flags: readonly string[]): string[] {
  if (flags.length === 0) return []
  try {
    void new Worker('', { eval: true, execArgv: [...flags] }).terminate()
    return [...flags]
  } catch (error) {
    const refused = REFUSED.exec(error instanceof Error ? error.message : '')?.[1]?.split(', ') ?? []
    const rest = flags.filter((flag) => !refused.includes(flag))
    if (rest.length === flags.length) throw error
    return threadFlags(rest)
  }
}
