export { type BlockReportInput, renderReport } from './page.js'
