/** What the timers know of who is there, and what they tell when nobody is. */
import type { RecordedSince } from '../../shared/away/away-stop.ts';
import type { Chat } from '../../shared/rows.ts';
import type { AwayBy } from '../../shared/timer-machine.ts';

/** What the device knows of a chat's last proof of life. Instants are ms on the boot's clock. */
export interface Life {
  atMonoMs: number;
  /** The chat's own closed segments that reach beyond it. */
  recorded: RecordedSince[];
}

export interface StoppedAway {
  chat: Chat;
  /** The segment that was closed. */
  segmentId: string;
  by: AwayBy;
  stoppedAtMonoMs: number;
  life: Life;
}
