/**
 * How execution ended, or why a transaction was refused. The numbers are those of assembly/status.ts, where the bands are
 * explained; a meta test compares them.
 */
export const Status = {
  Running: 0x00,
  Stop: 0x01,
  Return: 0x02,
  SelfDestruct: 0x03,

  Revert: 0x10,
  CallDepth: 0x11,
  InsufficientBalance: 0x12,
  NonceExhausted: 0x13,

  OutOfGas: 0x20,
  StackUnderflow: 0x21,
  StackOverflow: 0x22,
  InvalidJump: 0x23,
  UndefinedInstruction: 0x24,
  DesignatedInvalid: 0x25,
  WriteProtection: 0x26,
  ReturnDataOutOfBounds: 0x27,
  CreateCollision: 0x28,
  CodeTooLarge: 0x29,
  InitcodeTooLarge: 0x2a,
  ReservedCodePrefix: 0x2b,
  CodeStoreOutOfGas: 0x2c,
  PrecompileFailure: 0x2d,

  TypeNotSupported: 0x40,
  NonceTooLow: 0x41,
  NonceTooHigh: 0x42,
  NonceMax: 0x43,
  InsufficientFunds: 0x44,
  IntrinsicGas: 0x45,
  FloorGas: 0x46,
  BlockGasLimit: 0x47,
  GasLimitCap: 0x48,
  FeeBelowBaseFee: 0x49,
  PriorityAboveMaxFee: 0x4a,
  SenderNotExternal: 0x4b,
  CreateInitcodeTooLarge: 0x4c,
  BlobsMissing: 0x4d,
  BlobsTooMany: 0x4e,
  BlobVersion: 0x4f,
  BlobCreate: 0x50,
  BlobFeeTooLow: 0x51,
  AuthorizationsMissing: 0x52,
  AuthorizationCreate: 0x53,
  CostOverflow: 0x54,

  MemoryLimit: 0x60,
  LocationLimit: 0x61,
  HeapLimit: 0x62,
  TimeLimit: 0x63,
  Aborted: 0x64,

  CallFrame: 0x70,
  Suspended: 0x71,
} as const

export type StatusName = keyof typeof Status

const NAMES = new Map<number, StatusName>((Object.keys(Status) as StatusName[]).map((name) => [Status[name], name]))

export function statusName(status: number): StatusName {
  const name = NAMES.get(status)
  if (name === undefined) throw new Error(`BUG: no status has the number ${status}`)
  return name
}

/** Whether the state that was written is kept. */
export function isSuccess(status: number): boolean {
  return status < Status.Revert
}
