/** The lanes: a row for each chat, the advisor's load as steps below them. Wider than the window when zoomed in. */
import { memo, type CSSProperties, type ReactElement } from 'react';
import type { Span } from '../../../shared/reports/calendar.ts';
import {
  loadSteps,
  type Timeline,
  type TimelineAdvisor,
  type TimelineLane,
} from '../../../shared/reports/timeline.ts';
import { shownSpan } from '../../records/timeline.ts';
import { formatElapsed, timesIn } from '../../words/format.ts';

export type Zoom = 'day' | 'hour' | 'quarter';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How much of the day one width of the window shows, ms; the whole of it for `day`. */
const WINDOWS: Record<Zoom, number> = { day: Infinity, hour: HOUR_MS, quarter: 15 * MINUTE_MS };
/** Between the marks of the axis, minutes. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180];
const MARKS_MAX = 8;
const LOAD_HEIGHT = 32;

interface LanesProps {
  timeline: Timeline;
  zoom: Zoom;
  /** null = not today. */
  nowMs: number | null;
  pickedId: string | null;
  onPick(chatId: string): void;
}

export const TimelineLanes = memo(function TimelineLanes({
  timeline,
  zoom,
  nowMs,
  pickedId,
  onPick,
}: LanesProps): ReactElement {
  const span = shownSpan(timeline);
  const lengthMs = span.untilMs - span.fromMs;
  const windowMs = Math.min(lengthMs, WINDOWS[zoom]);
  const stepMs = (STEPS.find((minutes) => windowMs / (minutes * MINUTE_MS) <= MARKS_MAX) ?? 240) * MINUTE_MS;
  const marks = Array.from({ length: Math.ceil(lengthMs / stepMs) }, (_, n) => span.fromMs + n * stepMs);
  const times = timesIn(timeline.timeZone);
  const at = (ms: number) => `${((ms - span.fromMs) / lengthMs) * 100}%`;
  const isNowShown = nowMs !== null && nowMs >= span.fromMs && nowMs <= span.untilMs;
  const rule = (ms: number) => ({ '--at': (ms - span.fromMs) / lengthMs }) as CSSProperties;
  return (
    <div className="lanes" tabIndex={-1}>
      <div className="lanes-wide" style={{ '--windows': lengthMs / windowMs } as CSSProperties}>
        <div className="axis" aria-hidden="true">
          <div className="trk">
            {marks.map((ms) => (
              <span key={ms} style={{ insetInlineStart: at(ms) }}>
                {times.short(ms)}
              </span>
            ))}
            {isNowShown && (
              <b className="now" style={{ insetInlineStart: at(nowMs) }}>
                {times.short(nowMs)}
              </b>
            )}
          </div>
        </div>
        {marks.map((ms) => (
          <i key={ms} className="rule" style={rule(ms)} />
        ))}
        {isNowShown && <i className="rule is-now" style={rule(nowMs)} />}
        {timeline.advisors.map((advisor) => (
          <section key={advisor.advisorId} className="grp" aria-label={advisor.name}>
            <h2 className="ghead">
              <bdi>{advisor.name}</bdi>{' '}
              <span className="s12 num">
                <b>{formatElapsed(advisor.trackedMs)}</b> <span className="muted">chat time in</span>{' '}
                <b>{formatElapsed(advisor.workedMs)}</b>{' '}
                <span className="muted">at desk, peak {advisor.peakChats}</span>
              </span>
            </h2>
            {advisor.lanes.map((lane) => (
              <Lane
                key={lane.chatId}
                lane={lane}
                at={at}
                time={times.long}
                isPicked={lane.chatId === pickedId}
                onPick={onPick}
              />
            ))}
            <Load advisor={advisor} span={span} />
          </section>
        ))}
      </div>
    </div>
  );
});

function Lane({
  lane,
  at,
  time,
  isPicked,
  onPick,
}: {
  lane: TimelineLane;
  at(ms: number): string;
  time(ms: number): string;
  isPicked: boolean;
  onPick(chatId: string): void;
}): ReactElement {
  const { chatId, stretches, clientName, number } = lane;
  const first = stretches[0];
  const last = stretches.at(-1);
  if (first === undefined || last === undefined) return <></>;
  const sumMs = stretches.reduce((sum, one) => sum + one.endMs - one.startMs, 0);
  const words = `${number === undefined ? '' : `#${number} `}${clientName}, ${time(first.startMs)} to ${time(last.endMs)}, ${formatElapsed(sumMs)}`;
  const place = (startMs: number, endMs: number): CSSProperties => ({
    insetInlineStart: at(startMs),
    inlineSize: `calc(${at(endMs)} - ${at(startMs)})`,
  });
  return (
    <button
      type="button"
      className={`lane ${isPicked ? 'picked' : ''}`}
      aria-pressed={isPicked}
      aria-label={words}
      data-lane={chatId}
      onClick={() => onPick(chatId)}
    >
      <span className="lab clip num" title={clientName}>
        {number !== undefined && <span className="muted">#{number} </span>}
        <bdi>{clientName}</bdi>
      </span>
      <span className="trk">
        {stretches.map(({ startMs, endMs, kind }, n) => {
          const before = stretches[n - 1];
          const from = time(startMs);
          return (
            <span key={startMs}>
              {before !== undefined && before.endMs < startMs && (
                <i
                  className="block b-pause"
                  style={place(before.endMs, startMs)}
                  title={`Paused ${time(before.endMs)} to ${from}: ${formatElapsed(startMs - before.endMs)}`}
                />
              )}
              <i
                className={`block b-${kind}`}
                style={place(startMs, endMs)}
                title={`${kind === 'free' ? 'Free' : 'Paid'} ${from} to ${time(endMs)}: ${formatElapsed(endMs - startMs)}`}
              />
            </span>
          );
        })}
      </span>
    </button>
  );
}

/** How many chats ran at once: read as numbers in the table twin. */
function Load({ advisor, span }: { advisor: TimelineAdvisor; span: Span }): ReactElement {
  const width = span.untilMs - span.fromMs;
  const unit = (LOAD_HEIGHT - 4) / Math.max(4, advisor.peakChats);
  const y = (chats: number) => (LOAD_HEIGHT - 2 - chats * unit).toFixed(1);
  const line = loadSteps(advisor.lanes)
    .map(({ atMs, chats }) => `H${atMs - span.fromMs}V${y(chats)}`)
    .join('');
  return (
    <div className="lane load" aria-hidden="true">
      <span className="lab muted">At once</span>
      <span className="trk">
        <svg viewBox={`0 0 ${width} ${LOAD_HEIGHT}`} preserveAspectRatio="none">
          <path d={`M0 ${y(0)}${line}H${width}Z`} fill="var(--track)" />
          <path
            d={`M0 ${y(0)}${line}H${width}`}
            fill="none"
            stroke="var(--muted)"
            strokeWidth="1.5"
            vectorEffect="non-scaling-stroke"
          />
        </svg>
      </span>
    </div>
  );
}
