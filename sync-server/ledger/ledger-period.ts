/** Where a figure is posted: the period, and for late time of a closed one the period it corrects. */
export interface LedgerPeriod {
  periodId: string;
  correctsPeriod?: string;
}

/** The period of an organisation that has never closed one. */
export const FIRST_PERIOD = 'open-1';
