export const ECRECOVER_COST: u64 = 3000
