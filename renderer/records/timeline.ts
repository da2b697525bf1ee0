/**
 * One day as lanes, and the segments behind one of them, read from the server.
 *
 *   readTimeline(fetch, date)      → Promise<Timeline>   throws AppError
 *   readEvidence(fetch, chatId)    → Promise<Evidence>   throws AppError
 *   shownSpan(timeline, nowMs)     pure: the hours worth drawing
 *   besides(advisor, lane)         pure: which chats ran beside one, and how long
 */
import { unionIntervals } from '../../shared/fold/union.ts';
import type { CalendarDate, Span } from '../../shared/reports/calendar.ts';
import {
  evidenceSchema,
  timelineSchema,
  type Evidence,
  type Timeline,
  type TimelineAdvisor,
  type TimelineLane,
} from '../../shared/reports/timeline.ts';
import type { Fetch } from '../replication/sync-requests.ts';
import { readReport } from './read-report.ts';

const HOUR_MS = 3_600_000;

export function readTimeline(fetch: Fetch, date: CalendarDate): Promise<Timeline> {
  return readReport(fetch, `/reports/timeline?${new URLSearchParams({ date }).toString()}`, timelineSchema);
}

export function readEvidence(fetch: Fetch, chatId: string): Promise<Evidence> {
  return readReport(fetch, `/reports/evidence?${new URLSearchParams({ chatId }).toString()}`, evidenceSchema);
}

/** From the full hour before the first stretch to the one after the last; at least an hour, within the day. */
export function shownSpan({ fromMs, untilMs, advisors }: Timeline): Span {
  const all = advisors.flatMap(({ lanes }) => lanes.flatMap(({ stretches }) => stretches));
  if (all.length === 0) return { fromMs, untilMs };
  const firstMs = all.reduce((least, one) => Math.min(least, one.startMs), untilMs);
  const lastMs = all.reduce((most, one) => Math.max(most, one.endMs), fromMs);
  const hours = (ms: number, round: (value: number) => number) =>
    fromMs + round((ms - fromMs) / HOUR_MS) * HOUR_MS;
  const startMs = hours(firstMs, Math.floor);
  return {
    fromMs: startMs,
    untilMs: Math.min(untilMs, Math.max(hours(lastMs, Math.ceil), startMs + HOUR_MS)),
  };
}

/** Chats of the same advisor that ran while this one did, longest first, with the time in which both did, ms. */
export function besides(
  { lanes }: Pick<TimelineAdvisor, 'lanes'>,
  lane: TimelineLane,
): { lane: TimelineLane; ms: number }[] {
  const own = unionIntervals(lane.stretches);
  return lanes
    .filter((one) => one.chatId !== lane.chatId)
    .map((one) => ({ lane: one, ms: overlapMs(own, unionIntervals(one.stretches)) }))
    .filter(({ ms }) => ms > 0)
    .sort((a, b) => b.ms - a.ms);
}

type Intervals = readonly { startMs: number; endMs: number }[];

function overlapMs(a: Intervals, b: Intervals): number {
  let sum = 0;
  for (const one of a)
    for (const two of b)
      sum += Math.max(0, Math.min(one.endMs, two.endMs) - Math.max(one.startMs, two.startMs));
  return sum;
}
