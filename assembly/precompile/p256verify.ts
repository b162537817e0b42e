/** EIP-7951 */
export const P256VERIFY_COST: u64 = 6900
