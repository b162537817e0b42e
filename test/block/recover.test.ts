import * as assert from 'uvu/assert'
import { readMessages } from '../../src/block/read.js'
import { knownSource, type SenderMemo, signedSource } from '../../src/block/recover.js'
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

test('known messages are read once, and the one that is refused each time it is asked for', async () => {
  const signed = signedSource([transfer(), transfer({ nonce: 1n }), { ...transfer(), s: 0n }, transfer()], rules)
  let reads = 0
  const known = await knownSource({
    count: signed.count,
    read(index) {
      reads++
      return signed.read(index)
    },
  })
  assert.is(known.count, 4)
  assert.equal([known.read(1), known.read(0), known.read(1)], [signed.read(1), signed.read(0), signed.read(1)])
  for (const index of [2, 3, 2]) {
    assert.throws(
      () => known.read(index),
      ({ code }: { code: string }) => code === 'InvalidSignature',
    )
  }
  assert.is(reads, 3)
})

test.run()
