import * as assert from 'uvu/assert'
import { readMessages } from '../../src/block/read.js'
import { type SenderMemo, signedSource } from '../../src/block/recover.js'
import { bytesToHex } from '../../src/codec/hex.js'
import { transactionHash } from '../../src/codec/transaction/index.js'
import { Fork } from '../../src/types/fork.js'
import { suite } from '../support/suite.js'
import { addressAt, SENDER, transfer } from '../support/test-chain.js'

const test = suite('block/recover')

const rules = { fork: Fork.Osaka, chainId: 1n }

test('messages have the sender that signed', () => {
  const { messages, refusal } = readMessages(signedSource([transfer(), transfer({ nonce: 1n }, 1n)], rules))
  assert.is(refusal, undefined)
  assert.equal(
    messages.map(({ sender, nonce }) => [sender, nonce]),
    [
      [SENDER, 0n],
      [SENDER, 1n],
    ],
  )
})

test('what a memo knows is not recovered again, but judged by the rules of the block all the same', () => {
  const memo: SenderMemo = new Map()
  const bound = transfer({}, 1n)
  readMessages(signedSource([bound], rules, memo))
  assert.equal([...memo], [[bytesToHex(transactionHash(bound)), SENDER]])
  const marked = addressAt(0x11)
  memo.set(bytesToHex(transactionHash(bound)), marked)
  assert.equal(readMessages(signedSource([bound], rules, memo)).messages[0]!.sender, marked)
  assert.is(readMessages(signedSource([bound], { ...rules, chainId: 2n }, memo)).refusal!.code, 'ChainId')
  const early = readMessages(signedSource([bound], { ...rules, fork: Fork.Homestead }, memo))
  assert.is(early.refusal!.code, 'InvalidSignature')
})

test('a refusal comes with the messages before it', () => {
  const { messages, refusal } = readMessages(signedSource([transfer(), { ...transfer(), s: 0n }, transfer()], rules))
  assert.is(messages.length, 1)
  assert.is(refusal!.code, 'InvalidSignature')
})

test.run()
