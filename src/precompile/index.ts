export { callPrecompile } from './call.js'
