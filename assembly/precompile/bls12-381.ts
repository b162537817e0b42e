/** EIP-2537. A length that is no multiple of a pair's size fails in the host, whatever it costs. */

const G1_PAIR_SIZE: u32 = 160
const G2_PAIR_SIZE: u32 = 288
const PAIRING_PAIR_SIZE: u32 = 384

export const G1_ADD_COST: u64 = 375
export const G2_ADD_COST: u64 = 600
export const MAP_FP_TO_G1_COST: u64 = 5500
export const MAP_FP2_TO_G2_COST: u64 = 23_800
const G1_MULTIPLY_COST: u64 = 12_000
const G2_MULTIPLY_COST: u64 = 22_500
const PAIRING_BASE_COST: u64 = 37_700
const PAIRING_PAIR_COST: u64 = 32_600

/** Price of one multiplication out of k, in thousandths, by k; the last one holds for every greater k. */
const DISCOUNT_COUNT: u32 = 128

// prettier-ignore
const G1_DISCOUNTS: usize = memory.data<u16>([
  1000, 949, 848, 797, 764, 750, 738, 728, 719, 712, 705, 698, 692, 687, 682, 677,
  673, 669, 665, 661, 658, 654, 651, 648, 645, 642, 640, 637, 635, 632, 630, 627,
  625, 623, 621, 619, 617, 615, 613, 611, 609, 608, 606, 604, 603, 601, 599, 598,
  596, 595, 593, 592, 591, 589, 588, 586, 585, 584, 582, 581, 580, 579, 577, 576,
  575, 574, 573, 572, 570, 569, 568, 567, 566, 565, 564, 563, 562, 561, 560, 559,
  558, 557, 556, 555, 554, 553, 552, 551, 550, 549, 548, 547, 547, 546, 545, 544,
  543, 542, 541, 540, 540, 539, 538, 537, 536, 536, 535, 534, 533, 532, 532, 531,
  530, 529, 528, 528, 527, 526, 525, 525, 524, 523, 522, 522, 521, 520, 520, 519,
])

// prettier-ignore
const G2_DISCOUNTS: usize = memory.data<u16>([
  1000, 1000, 923, 884, 855, 832, 812, 796, 782, 770, 759, 749, 740, 732, 724, 717,
  711, 704, 699, 693, 688, 683, 679, 674, 670, 666, 663, 659, 655, 652, 649, 646,
  643, 640, 637, 634, 632, 629, 627, 624, 622, 620, 618, 615, 613, 611, 609, 607,
  606, 604, 602, 600, 598, 597, 595, 593, 592, 590, 589, 587, 586, 584, 583, 582,
  580, 579, 578, 576, 575, 574, 573, 571, 570, 569, 568, 567, 566, 565, 563, 562,
  561, 560, 559, 558, 557, 556, 555, 554, 553, 552, 552, 551, 550, 549, 548, 547,
  546, 545, 545, 544, 543, 542, 541, 541, 540, 539, 538, 537, 537, 536, 535, 535,
  534, 533, 532, 532, 531, 530, 530, 529, 528, 528, 527, 526, 526, 525, 524, 524,
])

export function g1MsmCost(length: u32): u64 {
  return msmCost(length / G1_PAIR_SIZE, G1_MULTIPLY_COST, G1_DISCOUNTS)
}

export function g2MsmCost(length: u32): u64 {
  return msmCost(length / G2_PAIR_SIZE, G2_MULTIPLY_COST, G2_DISCOUNTS)
}

export function pairingCost(length: u32): u64 {
  return PAIRING_BASE_COST + PAIRING_PAIR_COST * <u64>(length / PAIRING_PAIR_SIZE)
}

function msmCost(pairs: u32, multiplyCost: u64, discounts: usize): u64 {
  if (pairs == 0) return 0
  const row = min(pairs, DISCOUNT_COUNT) - 1
  return (<u64>pairs * multiplyCost * <u64>load<u16>(discounts + (row << 1))) / 1000
}
