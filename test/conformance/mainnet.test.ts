import * as assert from 'uvu/assert'
import { executeBlock } from '../../src/block/execute.js'
import { headerHash } from '../../src/codec/header.js'
import { bytesToHex } from '../../src/codec/hex.js'
import { StateBackendError } from '../../src/errors.js'
import { type BlockFixture, parseBlockFixture } from '../../src/fixture/block-fixture.js'
import type { JsonObject } from '../../src/fixture/json.js'
import { parsePrestateFixture } from '../../src/fixture/prestate-fixture.js'
import { runBlockFixture, runPrestateFixture } from '../../src/fixture/run-block-fixture.js'
import type { TrieState } from '../../src/state/trie-state.js'
import { openWitness, recordWitness, type Witness } from '../../src/state/witness.js'
import type { BlockEnvironment } from '../../src/types/block.js'
import { createMachine } from '../../src/wasm/machine.js'
import { HOW_TO_GET_FIXTURES, mainnetFixtures } from '../support/fixtures.js'
import { suite } from '../support/suite.js'

const test = suite('mainnet: whole blocks')
const machine = createMachine()

const fixtures = mainnetFixtures().map(({ name, json }) => ({ name, json: json as JsonObject }))
if (fixtures.length === 0) test.skip(`mainnet blocks: ${HOW_TO_GET_FIXTURES}`)

function execute(
  { config, block, witness }: BlockFixture,
  state: TrieState,
  blockHash: BlockEnvironment['blockHash'],
): string {
  const ancestors = witness.headers.map((header) => ({ header, hash: headerHash(header), uncles: [] }))
  const result = executeBlock(machine, { config, block, ancestors, blockHash, backend: state, post: state.clone() })
  return bytesToHex(result.stateRoot)
}

function open(fixture: BlockFixture, witness: Witness) {
  return openWitness(witness, fixture.block.header.parentHash, { hasProofsOnly: true })
}

function record(fixture: BlockFixture): Witness {
  const { state } = open(fixture, fixture.witness)
  const { headers } = fixture.witness
  const { parentHash } = fixture.block.header
  return recordWitness(state, headers, parentHash, (blockHash) => execute(fixture, state, blockHash)).witness
}

for (const { name, json } of fixtures.filter(({ json }) => json.witness !== undefined)) {
  const fixture = parseBlockFixture(json)
  const { header } = fixture.block
  const expected = [Number(header.gasUsed), bytesToHex(header.receiptsRoot), bytesToHex(header.stateRoot)]

  for (const onlyWitness of [false, true]) {
    test(`${name}: ${onlyWitness ? 'the witness alone gives' : 'pre-state gives'} what the header says`, async () => {
      const report = await runBlockFixture(machine, fixture, { onlyWitness })
      assert.equal(report.errors, [])
      assert.ok(report.ok)
      assert.equal([report.gasUsed, report.receiptsRoot, report.stateRoot], expected)
      assert.is(report.transactions, fixture.block.transactions.length)
    })
  }

  test(`${name}: the recorded witness is a part of the given one, and enough`, () => {
    const witness = record(fixture)
    const given = new Set(fixture.witness.state.map(bytesToHex))
    // A sibling that a deletion left alone is not among the proofs, but in another form: see proofStore.
    const others = witness.state.filter((node) => !given.has(bytesToHex(node)))
    assert.ok(others.length <= witness.state.length / 20, `${others.length} of ${witness.state.length} nodes are new`)
    const again = open(fixture, witness)
    assert.is(execute(fixture, again.state, again.blockHash), bytesToHex(header.stateRoot))
  })

  test(`${name}: without one node it says which account or slot it is missing for`, () => {
    const witness = record(fixture)
    const lesser = { ...witness, state: witness.state.slice(0, -1) }
    const { state, blockHash } = openWitness(lesser, header.parentHash)
    try {
      execute(fixture, state, blockHash)
    } catch (error) {
      assert.instance(error, StateBackendError)
      const { code, details } = error as StateBackendError
      assert.is(code, 'MissingNode')
      assert.match(String(details.path), /^0x[0-9a-f]*$/)
      assert.match(String(details.account), /^0x[0-9a-f]{40}$/)
      return
    }
    assert.unreachable('nothing was missing')
  })

  test(`${name}: a header that says something else is refused by the rule`, async () => {
    const block = { ...fixture.block, header: { ...header, gasUsed: header.gasUsed + 1n } }
    const forged = { ...fixture, block, hash: headerHash(block.header) }
    const report = await runBlockFixture(machine, forged, { onlyWitness: true })
    assert.not.ok(report.ok)
    assert.match(report.errors[0]!, /^GasUsedMismatch: Block gas used: expected \d+, got \d+$/)
    const other = { ...fixture, block: { ...fixture.block, header: { ...header, stateRoot: header.parentHash } } }
    assert.match((await runBlockFixture(machine, other, { onlyWitness: true })).errors[0]!, /^BlockHash: /)
    assert.equal((await runBlockFixture(machine, fixture, { onlyWitness: true })).errors, [])
  })
}

for (const { name, json } of fixtures.filter(({ json }) => json.txs !== undefined)) {
  // Recorded when @ethereumjs/vm 10.1.3 gave the same on the same transactions.
  test(`${name}: the transactions give the recorded gas and receipts`, async () => {
    const report = await runPrestateFixture(machine, parsePrestateFixture(json))
    assert.equal(report.errors, [])
    assert.is(report.gasUsed, 13_664_078)
    assert.is(report.receiptsRoot, '0x91b97de1e74ea4294499108073eecd4c8803c6d7f17ccb20ad868d590b10792c')
    assert.is(report.transactions, 180)
  })
}

test.run()
