import * as assert from 'uvu/assert'
import { callPrecompile } from '../../src/precompile/index.js'
import { instantiatePrecompiles } from '../support/precompiles.js'
import { suite } from '../support/suite.js'

const { address, forks, isActive, names, run } = await instantiatePrecompiles()
const test = suite('precompile activation')

const FIRST_FORK: Record<string, string> = {
  EcRecover: 'Frontier',
  Sha256: 'Frontier',
  Ripemd160: 'Frontier',
  Identity: 'Frontier',
  ModExp: 'Byzantium',
  Bn254Add: 'Byzantium',
  Bn254Multiply: 'Byzantium',
  Bn254Pairing: 'Byzantium',
  Blake2F: 'Istanbul',
  PointEvaluation: 'Cancun',
  Bls12G1Add: 'Prague',
  Bls12G1Msm: 'Prague',
  Bls12G2Add: 'Prague',
  Bls12G2Msm: 'Prague',
  Bls12Pairing: 'Prague',
  Bls12MapFpToG1: 'Prague',
  Bls12MapFp2ToG2: 'Prague',
  P256Verify: 'Osaka',
}

test('every precompile is active from its fork on', () => {
  assert.equal(names.toSorted(), Object.keys(FIRST_FORK).toSorted())
  for (const [name, first] of Object.entries(FIRST_FORK)) {
    for (const [i, fork] of forks.entries()) {
      assert.is(isActive(address(name), fork), i >= forks.indexOf(first), `${name} in ${fork}`)
    }
  }
})

test('no other address is a precompile in any fork', () => {
  const addresses = new Set(names.map(address))
  const others = [0x1_0001, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_ffff]
  for (let i = 0; i < 0x300; i++) others.push(i)
  for (const other of others.filter((i) => !addresses.has(i))) {
    for (const fork of forks) assert.not.ok(isActive(other, fork), `0x${other.toString(16)} in ${fork}`)
  }
})

test('a precompile runs either in the core or in the host', () => {
  const inCore = ['Sha256', 'Ripemd160', 'Identity', 'ModExp', 'Blake2F']
  for (const name of names) {
    const call = () => callPrecompile(address(name), new Uint8Array(1))
    if (inCore.includes(name)) assert.throws(call, /^BUG: precompile 0x/)
    else assert.not.throws(call)
  }
})

test('the host is not asked when its longest output would not fit', () => {
  assert.is(run('EcRecover', 'Frontier', new Uint8Array(128), { outputCapacity: 255 }), 'over limit')
})

test.run()
