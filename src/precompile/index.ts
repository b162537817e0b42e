export { callPrecompile } from './call.js'
export { createHostPrecompile, type HostPrecompile } from './host.js'
