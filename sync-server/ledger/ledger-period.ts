/** Where a figure is posted: the period, and for late time of a closed one the period it corrects. */
export interface LedgerPeriod {
  periodId: string;
  correctsPeriod?: string;
}

/** The period of an organisation that has never closed one. */
export const FIRST_PERIOD = ledgerPeriodId(1);

/** The ledger's name of a period, while it is open and when it is closed; numbers count from 1 in order of closing. */
export function ledgerPeriodId(number: number): string {
  return `period-${number}`;
}
