export { decodeTransaction, transactionType } from './decode.js'
export { encodeTransaction, transactionHash, type UnsignedTransaction } from './envelope.js'
export { accessListFromJson, authorizationFromJson, transactionFromJson } from './json.js'
export {
  checkSignature,
  recoverAuthorization,
  recoverSender,
  requireSender,
  type SignatureRules,
  senderSignature,
  signAuthorization,
  signingHash,
  signTransaction,
  toMessage,
} from './sender.js'
