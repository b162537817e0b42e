import { WrongRootError } from './contender.js'
import { type MeasureOptions, measureWorkload, type Row } from './measure.js'

export interface MeasureRequest {
  name: string
  options: Omit<MeasureOptions, 'onStep'>
}

export type MeasureAnswer = { step: string } | { rows: Row[] } | { wrongRoot: string }

const send = (answer: MeasureAnswer): void => void process.send!(answer)

process.once('message', async ({ name, options }: MeasureRequest) => {
  try {
    send({ rows: await measureWorkload(name, { ...options, onStep: (step) => send({ step }) }) })
  } catch (error) {
    if (!(error instanceof WrongRootError)) throw error
    send({ wrongRoot: error.message })
  }
  process.disconnect()
})
