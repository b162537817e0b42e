/** Hard forks in the order of their activation: a rule that began with a fork holds for every greater number. */
export enum Fork {
  Frontier = 0,
  Homestead,
  TangerineWhistle,
  SpuriousDragon,
  Byzantium,
  Constantinople,
  Petersburg,
  Istanbul,
  MuirGlacier,
  Berlin,
  London,
  ArrowGlacier,
  GrayGlacier,
  Paris,
  Shanghai,
  Cancun,
  Prague,
  Osaka,
}

export const FORK_COUNT: i32 = Fork.Osaka + 1
