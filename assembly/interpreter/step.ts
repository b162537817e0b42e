/**
 * Steps of decoded code that are not opcodes. Every PUSH becomes one of three, so the numbers of the others are free for
 * what decoding makes of common pairs and for its own marks.
 */
export enum Step {
  /** The operand is the value. */
  PushSmall = 0x60,
  /** A u64 follows. */
  PushLimb = 0x61,
  /** A word follows. */
  PushWord = 0x62,
  /** PUSH, JUMP with a target known to be a JUMPDEST: the operand is the distance in u32 units. */
  JumpTo = 0x63,
  JumpIfTo = 0x64,
  /** ISZERO, PUSH, JUMPI. */
  JumpUnlessTo = 0x65,
  /** PUSH, JUMP(I) with a target that is no JUMPDEST. */
  BadJump = 0x66,
  BadJumpIf = 0x67,
  /** The next basic block begins here. */
  NextBlock = 0x68,
  /** Reports the instruction that follows; the operand is its pc. */
  Trace = 0x69,
  /** Counts an opcode in debug builds; the operand is the opcode. */
  Count = 0x6a,
  Undefined = 0x6b,
}
