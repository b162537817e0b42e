import { addOfficialSuite, type OfficialSuite } from '../support/official-suite.js'
import { suite } from '../support/suite.js'

const test = suite('conformance/block')

const SUITES: readonly OfficialSuite[] = [
  { archive: 'ethereum-tests', path: 'BlockchainTests/ValidBlocks', cases: 442, superseded: 0, sample: 1 },
  { archive: 'ethereum-tests', path: 'BlockchainTests/InvalidBlocks', cases: 131, superseded: 0, sample: 1 },
  { archive: 'ethereum-tests', path: 'BlockchainTests/TransitionTests', cases: 21, superseded: 0, sample: 1 },
  { archive: 'ethereum-tests', path: 'BlockchainTests/GeneralStateTests', cases: 14_309, superseded: 0, sample: 40 },
  { archive: 'eest-prague', path: 'blockchain_tests', cases: 821, superseded: 30, sample: 5 },
]

for (const official of SUITES) addOfficialSuite(test, 'blocktest', official)

test.run()
