import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { bigIntToBytes } from '../../src/codec/bytes.js'
import { bytesToHex, hexToBytes, parseQuantity } from '../../src/codec/hex.js'
import { KECCAK_EMPTY, keccak256 } from '../../src/codec/keccak.js'
import { packChanges } from '../../src/codec/packed-diff.js'
import { type AllocAccount, type KeyMemo, stateRoot } from '../../src/trie/secure.js'
import { WholeTrie } from '../../src/trie/whole-trie.js'
import type { AccountDiff } from '../../src/types/state.js'
import { fixtureFolder, HOW_TO_GET_FIXTURES, jsonFiles, readJson } from '../support/fixtures.js'
import { suite } from '../support/suite.js'

const test = suite('pre-states of the blockchain tests')

interface GenesisCase {
  genesisBlockHeader: { stateRoot: string }
  pre: Record<string, { balance: string; nonce: string; code: string; storage: Record<string, string> }>
}

const memo: KeyMemo = new Map()

function toAccount([address, json]: [string, GenesisCase['pre'][string]]): AllocAccount {
  const code = hexToBytes(json.code)
  const toWord = (hex: string) => bigIntToBytes(parseQuantity(hex), 32)
  return {
    address: hexToBytes(address, 'address', 20),
    nonce: parseQuantity(json.nonce),
    balance: parseQuantity(json.balance),
    codeHash: code.length === 0 ? KECCAK_EMPTY : keccak256(code),
    slots: Object.entries(json.storage).map(([key, value]) => [toWord(key), toWord(value)] as const),
  }
}

function toChange(entry: [string, GenesisCase['pre'][string]]): AccountDiff {
  const { slots, ...fields } = toAccount(entry)
  return { ...fields, exists: true, storageCleared: false, slots: Array.from(slots, ([key, value]) => [key, value]) }
}

const SUITES: readonly [archive: string, folder: string, atLeast: number][] = [
  ['ethereum-tests', 'BlockchainTests/ValidBlocks', 442],
  ['eest-prague', 'blockchain_tests', 800],
]

for (const [archive, name, atLeast] of SUITES) {
  const folder = fixtureFolder(archive)
  if (folder === undefined) {
    test.skip(`${archive}: ${HOW_TO_GET_FIXTURES}`)
    continue
  }
  test(`${archive} ${name}: each has the state root of its genesis header`, () => {
    let count = 0
    for (const file of jsonFiles(join(folder, name))) {
      for (const [title, { pre, genesisBlockHeader }] of Object.entries(
        readJson(file) as Record<string, GenesisCase>,
      )) {
        const root = stateRoot(Object.entries(pre).map(toAccount), memo)
        assert.is(bytesToHex(root), genesisBlockHeader.stateRoot, title)
        const whole = new WholeTrie()
        whole.apply(packChanges(Object.entries(pre).map(toChange)))
        assert.is(bytesToHex(whole.root()), genesisBlockHeader.stateRoot, title)
        count++
      }
    }
    assert.ok(count >= atLeast, `expected at least ${atLeast} cases, got ${count}`)
  })
}

test.run()
