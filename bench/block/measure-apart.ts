import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { WrongRootError } from './contender.js'
import type { MeasureOptions, Row } from './measure.js'
import type { MeasureAnswer, MeasureRequest } from './measure-process.js'
import type { BlockRequest } from './request.js'

/** As `measureBlock`, in a process of its own: what was compiled and allocated for one block does not touch the next. */
export async function measureApart(block: BlockRequest, { onStep, ...options }: MeasureOptions): Promise<Row[]> {
  const child = fork(fileURLToPath(new URL('./measure-process.js', import.meta.url)))
  let rows: Row[] | undefined
  let wrongRoot: string | undefined
  child.on('message', (answer: MeasureAnswer) => {
    if ('step' in answer) onStep(answer.step)
    else if ('rows' in answer) rows = answer.rows
    else wrongRoot = answer.wrongRoot
  })
  const request: MeasureRequest = { block, options }
  child.send(request)
  const [status] = (await once(child, 'exit')) as [number | null]
  if (wrongRoot !== undefined) throw new WrongRootError(wrongRoot)
  if (rows === undefined)
    throw new Error(`${JSON.stringify(block)}: expected its process to end with rows, got exit status ${status}`)
  return rows
}
