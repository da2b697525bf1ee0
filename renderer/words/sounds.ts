/** The sounds as notes: up for what comes, down for what ends, so that they are told apart without their names. */
import type { NoticeKind } from '../../shared/notices/notice.ts';

export interface Note {
  hz: number;
  ms: number;
  /** Silence before it. */
  gapMs: number;
}

export const SOUNDS: Record<NoticeKind, readonly Note[]> = {
  message: [{ hz: 880, ms: 180, gapMs: 0 }],
  low: [
    { hz: 587, ms: 160, gapMs: 0 },
    { hz: 587, ms: 220, gapMs: 60 },
  ],
  stopped: [
    { hz: 523, ms: 180, gapMs: 0 },
    { hz: 392, ms: 180, gapMs: 20 },
    { hz: 262, ms: 320, gapMs: 20 },
  ],
  resumed: [
    { hz: 392, ms: 160, gapMs: 0 },
    { hz: 587, ms: 260, gapMs: 20 },
  ],
  away: [
    { hz: 440, ms: 240, gapMs: 0 },
    { hz: 330, ms: 320, gapMs: 80 },
  ],
};

/** What the settings call them. */
export const SOUND_NAMES: Record<NoticeKind, string> = {
  message: 'Message',
  low: 'Running low',
  stopped: 'Time has stopped',
  resumed: 'Credits again',
  away: 'Nobody was there',
};
