import { InputError } from '../errors.js'
import type { Withdrawal } from '../types/header.js'
import { hexToBytes, parseQuantity } from './hex.js'
import { encodeRlp, type RlpInput, type RlpItem } from './rlp.js'
import { readBytes, readInteger, readTuple } from './rlp-field.js'

export function withdrawalToRlp(withdrawal: Withdrawal): RlpInput {
  return [withdrawal.index, withdrawal.validatorIndex, withdrawal.address, withdrawal.amount]
}

export function encodeWithdrawal(withdrawal: Withdrawal): Uint8Array {
  return encodeRlp(withdrawalToRlp(withdrawal))
}

export function withdrawalFromRlp(item: RlpItem, path = 'withdrawal'): Withdrawal {
  const [index, validatorIndex, address, amount] = readTuple(item, path, 4)
  return {
    index: readInteger(index!, `${path}.index`, 64),
    validatorIndex: readInteger(validatorIndex!, `${path}.validatorIndex`, 64),
    address: readBytes(address!, `${path}.address`, 20),
    amount: readInteger(amount!, `${path}.amount`, 64),
  }
}

export function withdrawalFromJson(json: unknown, path = 'withdrawal'): Withdrawal {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new InputError('InvalidJson', `${path}: expected an object, got ${json === null ? 'null' : typeof json}`, {
      field: path,
      expected: 'an object',
    })
  }
  const { index, validatorIndex, address, amount } = json as Readonly<Record<string, unknown>>
  return {
    index: parseQuantity(index, `${path}.index`, 64),
    validatorIndex: parseQuantity(validatorIndex, `${path}.validatorIndex`, 64),
    address: hexToBytes(address as string, `${path}.address`, 20),
    amount: parseQuantity(amount, `${path}.amount`, 64),
  }
}
