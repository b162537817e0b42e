import { workerData } from 'node:worker_threads'
import { ASLEEP, OTHER, OWN, playgroundOn, writeLines } from './line-price.js'

const playground = playgroundOn(workerData as SharedArrayBuffer)
const { turn } = playground
// Ends: who started this thread terminates it.
while (true) {
  const now = Atomics.load(turn, 0)
  if (now === ASLEEP) Atomics.wait(turn, 0, ASLEEP)
  if (now !== OTHER) continue
  writeLines(playground)
  Atomics.store(turn, 0, OWN)
}
