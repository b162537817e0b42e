/**
 * The running transaction's index in its block: it sees what transactions of a lower index wrote. Outside a parallel run no
 * versions exist, and the base is all there is to see.
 */
export let position: u32 = u32.MAX_VALUE

export function setPosition(to: u32): void {
  position = to
}
