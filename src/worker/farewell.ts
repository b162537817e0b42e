import { collectGarbage } from '../memory/collect-garbage.js'
import { dropInstance } from './instance.js'
import type { FarewellTask } from './protocol.js'

/** The last that a thread does for an engine: it lets go of its memory. */
export default function farewell({ engine }: FarewellTask): void {
  dropInstance(engine)
  collectGarbage()
}
