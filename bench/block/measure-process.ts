import { WrongRootError } from './contender.js'
import { type MeasureOptions, measureBlock, type Row } from './measure.js'
import type { BlockRequest } from './request.js'

export interface MeasureRequest {
  block: BlockRequest
  options: Omit<MeasureOptions, 'onStep'>
}

export type MeasureAnswer = { step: string } | { rows: Row[] } | { wrongRoot: string }

const send = (answer: MeasureAnswer): void => void process.send!(answer)

process.once('message', async ({ block, options }: MeasureRequest) => {
  try {
    send({ rows: await measureBlock(block, { ...options, onStep: (step) => send({ step }) }) })
  } catch (error) {
    if (!(error instanceof WrongRootError)) throw error
    send({ wrongRoot: error.message })
  }
  process.disconnect()
})
