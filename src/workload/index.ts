export { prepareWorkload, type Workload } from './prepare.js'
export { SCENARIOS } from './scenario.js'
export { WORKLOAD_CHAIN } from './world.js'
