import { addOfficialSuite, type OfficialSuite } from '../support/official-suite.js'
import { suite } from '../support/suite.js'

const test = suite('conformance/state')

const SUITES: readonly OfficialSuite[] = [
  { archive: 'ethereum-tests', path: 'GeneralStateTests', cases: 21_442, superseded: 0, sample: 40 },
  {
    archive: 'legacytests-constantinople',
    path: 'Constantinople/GeneralStateTests',
    cases: 31_291,
    superseded: 0,
    sample: 40,
  },
  { archive: 'legacytests-constantinople', path: 'Constantinople/VMTests', cases: 609, superseded: 0, sample: 40 },
  { archive: 'legacytests-cancun-sample', path: 'Cancun/GeneralStateTests', cases: 15_291, superseded: 0, sample: 40 },
  { archive: 'eest-prague', path: 'state_tests', cases: 1016, superseded: 28, sample: 40 },
  { archive: 'eest-osaka', path: '.', cases: 1230, superseded: 0, sample: 40 },
]

for (const official of SUITES) addOfficialSuite(test, 'statetest', official)

test.run()
