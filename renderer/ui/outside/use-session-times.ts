/** Day, start, end and length of a session: the start and the length count, the end follows them or sets the length. */
import { useState } from 'react';
import type { OutsideDraft } from '../../stores/outside.ts';
import { formatLength, fromFields, parseLength, toFields } from '../../words/outside.ts';

const DAY_MS = 24 * 3_600_000;

export interface SessionTimes {
  day: string;
  start: string;
  end: string;
  length: string;
  /** Server's clock, ms; null while it is not typed whole. */
  startMs: number | null;
  elapsedMs: number | null;
  setDay(day: string): void;
  setStart(start: string): void;
  setEnd(end: string): void;
  setLength(length: string): void;
}

/** A timer's exact milliseconds stand until somebody types. */
export function useSessionTimes(
  { startMs: draftStartMs, elapsedMs: draftMs }: Pick<OutsideDraft, 'startMs' | 'elapsedMs'>,
  nowMs: number,
): SessionTimes {
  const [fields, setFields] = useState(() => {
    const begun = draftStartMs === null ? { day: toFields(nowMs).day, time: '' } : toFields(draftStartMs);
    return {
      ...{ day: begun.day, start: begun.time },
      end: draftStartMs === null || draftMs === null ? '' : toFields(draftStartMs + draftMs).time,
      length: draftMs === null ? '' : formatLength(draftMs),
    };
  });
  const [exact, setExact] = useState({ startMs: draftStartMs, elapsedMs: draftMs });

  /** The end follows the start and the length. */
  function place(day: string, start: string, elapsedMs: number | null, length: string): void {
    const startMs = fromFields(day, start);
    const end = startMs === null || elapsedMs === null ? fields.end : toFields(startMs + elapsedMs).time;
    setFields({ day, start, length, end });
    setExact({ startMs, elapsedMs });
  }

  return {
    ...fields,
    ...exact,
    setDay: (day) => place(day, fields.start, exact.elapsedMs, fields.length),
    setStart(start) {
      const startMs = fromFields(fields.day, start);
      // An end that was typed before the start gives the length.
      if (startMs !== null && exact.elapsedMs === null && fields.end !== '') return settle(start, fields.end);
      place(fields.day, start, exact.elapsedMs, fields.length);
    },
    setEnd: (end) => settle(fields.start, end),
    setLength: (length) => place(fields.day, fields.start, parseLength(length), length),
  };

  /** An end before the start is one of the next day. */
  function settle(start: string, end: string): void {
    const startMs = fromFields(fields.day, start);
    const endMs = fromFields(fields.day, end);
    if (startMs === null || endMs === null) {
      setFields({ ...fields, start, end });
      setExact({ ...exact, startMs });
      return;
    }
    const elapsedMs = endMs < startMs ? endMs + DAY_MS - startMs : endMs - startMs;
    setFields({ ...fields, start, end, length: formatLength(elapsedMs) });
    setExact({ startMs, elapsedMs });
  }
}
