export { PART_NAMES, type PartName } from './part.js'
export { type PrepareOptions, prepareWorkload, type Workload } from './prepare.js'
export { SCENARIOS, type Scenario } from './scenario.js'
export { WORKLOAD_CHAIN } from './world.js'
