import { scratch } from '../runtime/scratch'

/** Bytes absorbed by one permutation (1088 of the 1600 bits of state; the other 512 are the capacity). */
const RATE: u32 = 136

const ROUNDS_END: usize = 24 * 8

// prettier-ignore
const ROUND_CONSTANTS: usize = memory.data<u64>([
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
  0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
  0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
  0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
  0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
])

/**
 * Keccak-256 with the original padding (0x01), as Ethereum uses it; `out` gets 32 bytes and may overlap `data`.
 *
 * A lane is named by its row (b g k m s) and its column (a e i o u): `aba` is lane (0, 0) before a round, `eba` after it.
 * Six lanes (be, bi, go, ki, mi, sa) are held inverted, which removes 20 of the 25 NOTs from every round: V8 has no
 * and-not for 64-bit scalars. The column parities are gathered while a round's rows are still in registers, and one round
 * per iteration is faster than two or four, whose spills cost more than the moves saved: 251 ns for up to 135 bytes,
 * against 285 with two rounds, and 276 without inversion.
 */
export function keccak256(out: usize, data: usize, length: u32): void {
  let aba: u64 = 0
  let abe: u64 = ~0
  let abi: u64 = ~0
  let abo: u64 = 0
  let abu: u64 = 0
  let aga: u64 = 0
  let age: u64 = 0
  let agi: u64 = 0
  let ago: u64 = ~0
  let agu: u64 = 0
  let aka: u64 = 0
  let ake: u64 = 0
  let aki: u64 = ~0
  let ako: u64 = 0
  let aku: u64 = 0
  let ama: u64 = 0
  let ame: u64 = 0
  let ami: u64 = ~0
  let amo: u64 = 0
  let amu: u64 = 0
  let asa: u64 = ~0
  let ase: u64 = 0
  let asi: u64 = 0
  let aso: u64 = 0
  let asu: u64 = 0

  let block = data
  let left = length
  let isLast = false
  // Ends: every turn takes RATE bytes off `left`, and the turn that has fewer is the last.
  do {
    if (left < RATE) {
      block = padded(block, left)
      isLast = true
    }

    aba ^= load<u64>(block, 0)
    abe ^= load<u64>(block, 8)
    abi ^= load<u64>(block, 16)
    abo ^= load<u64>(block, 24)
    abu ^= load<u64>(block, 32)
    aga ^= load<u64>(block, 40)
    age ^= load<u64>(block, 48)
    agi ^= load<u64>(block, 56)
    ago ^= load<u64>(block, 64)
    agu ^= load<u64>(block, 72)
    aka ^= load<u64>(block, 80)
    ake ^= load<u64>(block, 88)
    aki ^= load<u64>(block, 96)
    ako ^= load<u64>(block, 104)
    aku ^= load<u64>(block, 112)
    ama ^= load<u64>(block, 120)
    ame ^= load<u64>(block, 128)
    let ca = aba ^ aga ^ aka ^ ama ^ asa
    let ce = abe ^ age ^ ake ^ ame ^ ase
    let ci = abi ^ agi ^ aki ^ ami ^ asi
    let co = abo ^ ago ^ ako ^ amo ^ aso
    let cu = abu ^ agu ^ aku ^ amu ^ asu
    for (let round: usize = 0; round < ROUNDS_END; round += 8) {
      const ta = cu ^ rotl<u64>(ce, 1)
      const te = ca ^ rotl<u64>(ci, 1)
      const ti = ce ^ rotl<u64>(co, 1)
      const to = ci ^ rotl<u64>(cu, 1)
      const tu = co ^ rotl<u64>(ca, 1)
      const bba = aba ^ ta
      const bbe = rotl<u64>(age ^ te, 44)
      const bbi = rotl<u64>(aki ^ ti, 43)
      const bbo = rotl<u64>(amo ^ to, 21)
      const bbu = rotl<u64>(asu ^ tu, 14)
      const eba = bba ^ (bbe | bbi) ^ load<u64>(ROUND_CONSTANTS + round)
      ca = eba
      const ebe = bbe ^ (~bbi | bbo)
      ce = ebe
      const ebi = bbi ^ (bbo & bbu)
      ci = ebi
      const ebo = bbo ^ (bbu | bba)
      co = ebo
      const ebu = bbu ^ (bba & bbe)
      cu = ebu
      const bga = rotl<u64>(abo ^ to, 28)
      const bge = rotl<u64>(agu ^ tu, 20)
      const bgi = rotl<u64>(aka ^ ta, 3)
      const bgo = rotl<u64>(ame ^ te, 45)
      const bgu = rotl<u64>(asi ^ ti, 61)
      const ega = bga ^ (bge | bgi)
      ca ^= ega
      const ege = bge ^ (bgi & bgo)
      ce ^= ege
      const egi = bgi ^ (bgo | ~bgu)
      ci ^= egi
      const ego = bgo ^ (bgu | bga)
      co ^= ego
      const egu = bgu ^ (bga & bge)
      cu ^= egu
      const bka = rotl<u64>(abe ^ te, 1)
      const bke = rotl<u64>(agi ^ ti, 6)
      const bki = rotl<u64>(ako ^ to, 25)
      const bko = rotl<u64>(amu ^ tu, 8)
      const bku = rotl<u64>(asa ^ ta, 18)
      const eka = bka ^ (bke | bki)
      ca ^= eka
      const eke = bke ^ (bki & bko)
      ce ^= eke
      const eki = bki ^ (~bko & bku)
      ci ^= eki
      const eko = ~bko ^ (bku | bka)
      co ^= eko
      const eku = bku ^ (bka & bke)
      cu ^= eku
      const bma = rotl<u64>(abu ^ tu, 27)
      const bme = rotl<u64>(aga ^ ta, 36)
      const bmi = rotl<u64>(ake ^ te, 10)
      const bmo = rotl<u64>(ami ^ ti, 15)
      const bmu = rotl<u64>(aso ^ to, 56)
      const ema = bma ^ (bme & bmi)
      ca ^= ema
      const eme = bme ^ (bmi | bmo)
      ce ^= eme
      const emi = bmi ^ (~bmo | bmu)
      ci ^= emi
      const emo = ~bmo ^ (bmu & bma)
      co ^= emo
      const emu = bmu ^ (bma | bme)
      cu ^= emu
      const bsa = rotl<u64>(abi ^ ti, 62)
      const bse = rotl<u64>(ago ^ to, 55)
      const bsi = rotl<u64>(aku ^ tu, 39)
      const bso = rotl<u64>(ama ^ ta, 41)
      const bsu = rotl<u64>(ase ^ te, 2)
      const esa = bsa ^ (~bse & bsi)
      ca ^= esa
      const ese = ~bse ^ (bsi | bso)
      ce ^= ese
      const esi = bsi ^ (bso & bsu)
      ci ^= esi
      const eso = bso ^ (bsu | bsa)
      co ^= eso
      const esu = bsu ^ (bsa & bse)
      cu ^= esu
      aba = eba
      abe = ebe
      abi = ebi
      abo = ebo
      abu = ebu
      aga = ega
      age = ege
      agi = egi
      ago = ego
      agu = egu
      aka = eka
      ake = eke
      aki = eki
      ako = eko
      aku = eku
      ama = ema
      ame = eme
      ami = emi
      amo = emo
      amu = emu
      asa = esa
      ase = ese
      asi = esi
      aso = eso
      asu = esu
    }
    block += RATE
    left -= RATE
  } while (!isLast)

  store<u64>(out, aba)
  store<u64>(out, ~abe, 8)
  store<u64>(out, ~abi, 16)
  store<u64>(out, abo, 24)
}

/** The last block: the bytes that are left, a one bit, zeros, a one bit. */
@inline
function padded(data: usize, length: u32): usize {
  memory.copy(scratch, data, length)
  memory.fill(scratch + length, 0, RATE - length)
  store<u8>(scratch + length, 0x01)
  store<u8>(scratch, load<u8>(scratch, RATE - 1) | 0x80, RATE - 1)
  return scratch
}
