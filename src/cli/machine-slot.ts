import type { MachineSlot } from '../fixture/fixture-file.js'
import type { Tracer } from '../types/tracer.js'
import { createMachine, LARGEST_MEMORY, type Machine } from '../wasm/machine.js'

export interface MachineSettings {
  /** Milliseconds; undefined for none. */
  timeLimit?: number
  tracer?: Tracer
}

export function machineSlot(settings: MachineSettings): MachineSlot {
  const create = (): Machine => Object.assign(createMachine({ memory: LARGEST_MEMORY }), settings)
  return {
    machine: create(),
    renew() {
      this.machine = create()
    },
  }
}
