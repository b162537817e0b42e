import * as assert from 'uvu/assert'
import { Eip3155Tracer, type TraceOptions } from '../../src/trace/eip3155.js'
import { Status } from '../../src/types/status.js'
import type { TraceStep } from '../../src/types/tracer.js'
import { suite } from '../support/suite.js'

const test = suite('trace/eip3155')

const STEP: TraceStep = {
  pc: 2,
  op: 0x01,
  gas: 0x5c872n,
  gasCost: 3n,
  memSize: 0,
  stack: [1n, 2n],
  depth: 1,
  refund: 0n,
}

function linesOf(trace: (tracer: Eip3155Tracer) => void, options?: TraceOptions): string[] {
  let text = ''
  const tracer = new Eip3155Tracer((part) => {
    text += part
  }, options)
  trace(tracer)
  tracer.flush()
  return text.split('\n').slice(0, -1)
}

function step(change: Partial<TraceStep>, options?: TraceOptions): string[] {
  return linesOf((tracer) => tracer.step({ ...STEP, ...change }), options)
}

test('an instruction is one line, its fields in the order of geth', () => {
  assert.equal(step({}), [
    '{"pc":2,"op":1,"gas":"0x5c872","gasCost":"0x3","memSize":0,"stack":["0x1","0x2"],"depth":1,"refund":0,"opName":"ADD"}',
  ])
})

test('an empty stack is an empty list, a stack left out is null', () => {
  assert.match(step({ stack: [] })[0]!, /"stack":\[\],/)
  assert.match(step({}, { stack: false })[0]!, /"stack":null,/)
})

test('memory stands before its size and return data behind the stack, when they are asked for and there', () => {
  const parts = { memory: Uint8Array.of(1, 2), returnData: Uint8Array.of(3) }
  const all = { memory: true, returnData: true }
  assert.match(step(parts, all)[0]!, /"gasCost":"0x3","memory":"0x0102","memSize":0,.*\],"returnData":"0x03","depth"/)
  assert.not.match(step(parts)[0]!, /memory|returnData/)
  assert.not.match(step({}, all)[0]!, /memory|returnData/)
})

test('names are those of geth, on every fork', () => {
  const nameOf = (op: number) => JSON.parse(step({ op })[0]!).opName
  assert.is(nameOf(0x20), 'KECCAK256')
  assert.is(nameOf(0x44), 'DIFFICULTY')
  assert.is(nameOf(0x7f), 'PUSH32')
  assert.is(nameOf(0x8f), 'DUP16')
  assert.is(nameOf(0x90), 'SWAP1')
  assert.is(nameOf(0x0c), 'opcode 0xc not defined')
  assert.is(nameOf(0xe1), 'RJUMPI')
})

test('what fails before it executes is one line with the error', () => {
  const errorOf = (change: Partial<TraceStep>) => {
    const lines = step(change)
    assert.is(lines.length, 1)
    return lines[0]!.slice(lines[0]!.indexOf(',"error"'))
  }
  assert.is(errorOf({ error: Status.OutOfGas }), ',"error":"out of gas"}')
  assert.is(errorOf({ error: Status.StackUnderflow, stack: [1n] }), ',"error":"stack underflow (1 \\u003c=\\u003e 2)"}')
  assert.is(
    errorOf({ error: Status.StackOverflow, op: 0x5f, stack: Array(1024).fill(0n) }),
    ',"error":"stack limit reached 1024 (1023)"}',
  )
})

test('what fails while it executes has a second line, with what it took from the stack gone', () => {
  const [first, second, ...rest] = step({ op: 0x56, error: Status.InvalidJump })
  assert.equal(rest, [])
  assert.equal(JSON.parse(first!).error, undefined)
  assert.equal(JSON.parse(first!).stack, ['0x1', '0x2'])
  assert.is(JSON.parse(second!).error, 'invalid jump destination')
  assert.equal(JSON.parse(second!).stack, ['0x1'])
  assert.is(JSON.parse(step({ op: 0xfe, error: Status.DesignatedInvalid })[1]!).error, 'invalid opcode: INVALID')
  assert.is(
    JSON.parse(step({ op: 0x0c, error: Status.UndefinedInstruction })[1]!).error,
    'invalid opcode: opcode 0xc not defined',
  )
})

test('REVERT has a second line too, after the memory that it reads has grown', () => {
  const [first, second] = step({ op: 0xfd, stack: [9n, 33n, 0n] })
  assert.is(JSON.parse(first!).memSize, 0)
  assert.is(JSON.parse(second!).memSize, 64)
  assert.equal(JSON.parse(second!).stack, ['0x9'])
  assert.is(JSON.parse(second!).error, 'execution reverted')
})

test('the end of a frame has no 0x before its output', () => {
  const end = (status: number) =>
    linesOf((tracer) => tracer.exit({ depth: 1, output: Uint8Array.of(0xab), gasUsed: 16n, status }))
  assert.equal(end(Status.Return), ['{"output":"ab","gasUsed":"0x10"}'])
  assert.equal(end(Status.Revert), ['{"output":"ab","gasUsed":"0x10","error":"execution reverted"}'])
})

test('a self-destruct ends a call of its own before its frame', () => {
  const lines = linesOf((tracer) => {
    tracer.step({ ...STEP, op: 0xff })
    tracer.exit({ depth: 1, output: new Uint8Array(0), gasUsed: 5000n, status: Status.SelfDestruct })
  })
  assert.equal(lines.slice(1), ['{"output":"","gasUsed":"0x0"}', '{"output":"","gasUsed":"0x1388"}'])
})

test('much is written in few pieces', () => {
  let pieces = 0
  let size = 0
  const tracer = new Eip3155Tracer((part) => {
    pieces++
    size += part.length
  })
  for (let i = 0; i < 10_000; i++) tracer.step(STEP)
  tracer.flush()
  assert.is(size, 10_000 * (step({})[0]!.length + 1))
  assert.ok(pieces <= size / 65_536 + 1, `${pieces} pieces`)
})

test.run()
