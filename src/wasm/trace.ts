import { Status } from '../types/status.js'
import type { Tracer, TraceStep } from '../types/tracer.js'
import type { CoreExports, HostImports } from './instantiate.js'
import { layout } from './layout.js'
import type { Words } from './words.js'

type TraceImports = Pick<HostImports, 'traceStep' | 'traceCost' | 'traceExit'>

/**
 * The core reports an instruction before it is charged, so its price is known only by the next report: what it cost is how
 * much the same frame's gas has fallen, or what a call said before it handed gas on.
 */
export function traceImports(words: Words, core: () => CoreExports, tracer: () => Tracer | undefined): TraceImports {
  const pending: TraceStep[] = []

  const flush = (step: TraceStep) => tracer()?.step(step)

  const readStack = (sp: number): bigint[] => {
    const base = words.u32(((core().frame.value as number) >>> 0) + layout.STACK_BASE)
    const stack: bigint[] = []
    for (let at = base - 32; at >= sp; at -= 32) stack.push(words.word(at))
    return stack
  }

  const readWanted = (memSize: number): Pick<TraceStep, 'memory' | 'returnData'> => {
    const { memory = false, returnData = false } = tracer()?.wants ?? {}
    const { frame, returnData: data, returnDataSize } = core()
    const base = words.u32(((frame.value as number) >>> 0) + layout.MEMORY_BASE)
    return {
      ...(memory ? { memory: words.copy(base, memSize) } : {}),
      ...(returnData ? { returnData: words.copy((data.value as number) >>> 0, returnDataSize.value as number) } : {}),
    }
  }

  return {
    traceStep(pc, op, gas, sp, memSize, depth, refund) {
      const last = pending.pop()
      if (last !== undefined) flush({ ...last, gasCost: last.gas - gas })
      const stack = readStack(sp >>> 0)
      pending.push({ pc, op, gas, gasCost: 0n, memSize, stack, depth: depth + 1, refund, ...readWanted(memSize) })
    },
    traceCost(gasLeft) {
      const last = pending.pop()
      if (last !== undefined) flush({ ...last, gasCost: last.gas - gasLeft })
    },
    traceExit(depth, gasUsed, status, outputSize) {
      const last = pending.pop()
      if (last !== undefined) {
        // What failed was not charged; its constant price is what it asked for at least.
        const gasCost = BigInt(Math.max(0, core().baseGas(last.op, words.u32(layout.BLOCK_FORK))))
        flush(status >= Status.OutOfGas ? { ...last, gasCost, error: status } : last)
      }
      const output = words.copy((core().returnData.value as number) >>> 0, outputSize)
      tracer()?.exit({ depth: depth + 1, output, gasUsed, status })
    },
  }
}
