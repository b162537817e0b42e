export { callPrecompile } from './call.js'
export { createHostPrecompile } from './host.js'
