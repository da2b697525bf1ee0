/**
 * What paid time costs as it goes by, to the unit (DOMAIN.md, "Units": `billedMs = ceil(paidMs / inc) × inc` over the chat's
 * cumulative paid ms, the extra at the rate of the last paid ms). Pure.
 */
/** Paid time of one chat at one rate: its next paid ms is number `paidMs` (from 0) of the chat. */
export interface PaidRun {
  /** Paid so far, ms; only its place within the increment matters. */
  paidMs: number;
  /** The increment in force when the chat opened, ms, >= 1. */
  incrementMs: number;
  /** Units per ms. */
  rate: number;
  /** The rate at which the rest of the begun increment was charged. */
  lastPaidRate: number;
}

/**
 * Units that `ms` more of paid time cost, exact below 2^53; beyond it too much for any balance, rounded or not. Negative only
 * where a begun increment is re-priced at a lower rate.
 */
export function costOfPaid(run: PaidRun, ms: number): number {
  if (ms === 0) return 0;
  const { paidMs, incrementMs, rate } = run;
  const begun = increments(paidMs + ms, incrementMs) - increments(paidMs, incrementMs);
  return repricedUnits(run) + begun * incrementMs * rate;
}

/** What the rest of the begun increment costs more (or less) because its next ms has another rate. */
function repricedUnits({ paidMs, incrementMs, rate, lastPaidRate }: PaidRun): number {
  const started = paidMs % incrementMs;
  return started === 0 ? 0 : (incrementMs - started) * (rate - lastPaidRate);
}

/** How many increments `ms` need, begun ones counted whole. */
function increments(ms: number, incrementMs: number): number {
  const rest = ms % incrementMs;
  return (ms - rest) / incrementMs + (rest === 0 ? 0 : 1);
}
