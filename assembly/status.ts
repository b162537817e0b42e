/**
 * How execution ended, or why a transaction was refused. The band says how to treat it, the number says what happened:
 *
 *   0x0_  success: state is kept, unused gas is returned
 *   0x1_  revert: state is undone, unused gas is returned
 *   0x2_  exceptional halt: state is undone, all gas of the frame is consumed
 *   0x4_  the transaction is invalid: nothing was executed and nothing changed (0x40–0x5f)
 *   0x6_  a limit of this engine was met: nothing changed, the caller gets a typed error
 *   0x7_  control: never leaves the core
 */
export enum Status {
  Running = 0x00,
  Stop = 0x01,
  Return = 0x02,
  SelfDestruct = 0x03,

  Revert = 0x10,
  CallDepth = 0x11,
  InsufficientBalance = 0x12,
  NonceExhausted = 0x13,

  OutOfGas = 0x20,
  StackUnderflow = 0x21,
  StackOverflow = 0x22,
  InvalidJump = 0x23,
  UndefinedInstruction = 0x24,
  DesignatedInvalid = 0x25,
  WriteProtection = 0x26,
  ReturnDataOutOfBounds = 0x27,
  CreateCollision = 0x28,
  CodeTooLarge = 0x29,
  InitcodeTooLarge = 0x2a,
  ReservedCodePrefix = 0x2b,
  CodeStoreOutOfGas = 0x2c,
  PrecompileFailure = 0x2d,

  TypeNotSupported = 0x40,
  NonceTooLow = 0x41,
  NonceTooHigh = 0x42,
  NonceMax = 0x43,
  InsufficientFunds = 0x44,
  IntrinsicGas = 0x45,
  FloorGas = 0x46,
  BlockGasLimit = 0x47,
  GasLimitCap = 0x48,
  FeeBelowBaseFee = 0x49,
  PriorityAboveMaxFee = 0x4a,
  SenderNotExternal = 0x4b,
  CreateInitcodeTooLarge = 0x4c,
  BlobsMissing = 0x4d,
  BlobsTooMany = 0x4e,
  BlobVersion = 0x4f,
  BlobCreate = 0x50,
  BlobFeeTooLow = 0x51,
  AuthorizationsMissing = 0x52,
  AuthorizationCreate = 0x53,
  CostOverflow = 0x54,

  MemoryLimit = 0x60,
  LocationLimit = 0x61,
  HeapLimit = 0x62,
  TimeLimit = 0x63,
  Aborted = 0x64,

  CallFrame = 0x70,
  Suspended = 0x71,
}
