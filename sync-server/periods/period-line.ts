import type { AmountsByChat, PeriodAmounts } from '../../shared/fold/period-slices.ts';

/** What one chat has in one period: of the period's own time, or late time of an earlier period posted in this one. */
export interface PeriodLine extends PeriodAmounts {
  chatId: string;
  /** From 1, in order of closing; the open period has the next number. */
  periodNumber: number;
  /** The closed period that it corrects; 0 for the period's own time. */
  correctsNumber: number;
}

export interface ClosedPeriod {
  number: number;
  /** Of its periodClose row. */
  id: string;
  /** `[fromMs, untilMs)`, server clock. */
  fromMs: number;
  untilMs: number;
}

/** What the fold of now says about the time of closed periods. */
export interface ClosedTime {
  /**
   * Up to the end of each closed period, by position. Time of boots without an anchor counts from the period on that was
   * open when it arrived, wherever it was placed (DOMAIN.md, "Placement and admission").
   */
  untilEnds: readonly AmountsByChat[];
  /** Up to the end of the last one, all time where it was placed. */
  placed: AmountsByChat;
  stamp: number;
  beatVersion: number;
  /** Something runs that began before the last end: beats may still move it. */
  dependsOnBeats: boolean;
}
