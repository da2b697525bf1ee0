/** Who had which chats open at once on one day: lanes by advisor, the load below them, the evidence one click away. */
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import { addDays, createCalendar, type CalendarDate } from '../../../shared/reports/calendar.ts';
import type { Timeline, TimelineAdvisor, TimelineLane } from '../../../shared/reports/timeline.ts';
import { readTimeline } from '../../records/timeline.ts';
import { useDesk } from '../../stores/desk.ts';
import { useLive } from '../../stores/live.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { codeOfError, sentenceOf } from '../../words/errors.ts';
import { formatTimeOfDay } from '../../words/format.ts';
import { Keys } from '../parts.tsx';
import { EvidencePanel } from './evidence-panel.tsx';
import { TimelineLanes, type Zoom } from './timeline-lanes.tsx';
import { TimelineTable } from './timeline-table.tsx';

const READ_EVERY_MS = 30_000;
const MINUTE_MS = 60_000;
const ZOOMS: readonly { zoom: Zoom; name: string }[] = [
  { zoom: 'day', name: 'Day' },
  { zoom: 'hour', name: 'Hour' },
  { zoom: 'quarter', name: '15 min' },
];

/** What was read last of this day stays while the server is out of reach. `date` null = today, wherever that is. */
function useTimeline(date: CalendarDate | null, today: CalendarDate | null) {
  const [timeline, setTimeline] = useState<Timeline | null>(null);
  const [code, setCode] = useState<ErrorCode | null>(null);
  const wanted = date ?? today;
  useEffect(() => {
    if (wanted === null) return;
    let isGone = false;
    const read = () =>
      readTimeline((input, init) => fetch(input, init), wanted).then(
        (next) => {
          if (isGone) return;
          setTimeline(next);
          setCode(null);
        },
        (error: unknown) => !isGone && setCode(codeOfError(error)),
      );
    void read();
    const timer = setInterval(() => void read(), READ_EVERY_MS);
    return () => {
      isGone = true;
      clearInterval(timer);
    };
  }, [wanted]);
  return { timeline: timeline?.date === wanted ? timeline : null, zone: timeline?.timeZone ?? 'UTC', code };
}

export function TimelinePage(): ReactElement {
  const [date, setDate] = useState<CalendarDate | null>(null);
  const [zoom, setZoom] = useState<Zoom>('day');
  const [isTable, setIsTable] = useState(false);
  const [pickedId, setPickedId] = useState<string | null>(null);
  const [zone, setZone] = useState('UTC');
  const minute = useLive(({ live }) =>
    live === null ? undefined : Math.floor(live.serverNowMs / MINUTE_MS),
  );
  const calendar = useMemo(() => createCalendar(zone), [zone]);
  const today = minute === undefined ? null : calendar.dateAt(minute * MINUTE_MS);
  const read = useTimeline(date, today);
  const { timeline, code } = read;
  if (read.zone !== zone) setZone(read.zone);
  const picked = timeline === null ? undefined : findLane(timeline, pickedId);
  const page = useRef<HTMLDivElement>(null);
  const shown = date ?? today ?? '';

  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const isElsewhere = useDesk.getState().overlay !== 'none' || event.target instanceof HTMLInputElement;
      if (isElsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
      const key = event.key.toLowerCase();
      const isSingle = usePreferences.getState().singleKeys;
      if (key === 't' && isSingle) setIsTable((before) => !before);
      else if (key === 'arrowdown' || (key === 'j' && isSingle)) focusLane(page.current, 1);
      else if (key === 'arrowup' || (key === 'k' && isSingle)) focusLane(page.current, -1);
      else return;
      event.preventDefault();
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);

  return (
    <main className="timeline" aria-label="Timeline" ref={page} data-testid="timeline">
      <header className="row gap5 wrap">
        <h1 className="h20">Timeline</h1>
        <div className="row">
          <button
            type="button"
            className="btn s icon"
            aria-label="The day before"
            disabled={shown === ''}
            onClick={() => setDate(addDays(shown, -1))}
          >
            ‹
          </button>
          <input
            type="date"
            className="btn s"
            aria-label="Day"
            value={shown}
            max={today ?? undefined}
            onChange={({ target }) => target.value !== '' && setDate(target.value)}
          />
          <button
            type="button"
            className="btn s icon"
            aria-label="The day after"
            disabled={shown === '' || shown === today}
            onClick={() => setDate(addDays(shown, 1))}
          >
            ›
          </button>
        </div>
        <div className="seg" role="group" aria-label="Zoom">
          {ZOOMS.map((one) => (
            <button
              key={one.zoom}
              type="button"
              className={one.zoom === zoom ? 'on' : ''}
              aria-pressed={one.zoom === zoom}
              onClick={() => setZoom(one.zoom)}
            >
              {one.name}
            </button>
          ))}
        </div>
        <span className="muted s12 num grow" role={code === null ? undefined : 'status'}>
          {code !== null && `${sentenceOf(code)} `}
          {timeline !== null && `as of ${formatTimeOfDay(timeline.asOfMs)}, day of ${timeline.timeZone}`}
        </span>
        <Legend />
        <button type="button" className="btn s" aria-pressed={isTable} onClick={() => setIsTable(!isTable)}>
          Table <Keys keys={['T']} />
        </button>
      </header>
      <div className="timeline-body">
        {timeline === null ? (
          <p className="muted center" role="status">
            {code === null && 'Getting the day…'}
          </p>
        ) : timeline.advisors.length === 0 ? (
          <p className="muted center" role="status">
            Nobody had a chat on this day.
          </p>
        ) : isTable ? (
          <TimelineTable timeline={timeline} />
        ) : (
          <TimelineLanes
            timeline={timeline}
            zoom={zoom}
            nowMs={timeline.date === today && minute !== undefined ? minute * MINUTE_MS : null}
            pickedId={picked?.lane.chatId ?? null}
            onPick={setPickedId}
          />
        )}
        {timeline !== null && picked !== undefined && (
          <EvidencePanel
            key={picked.lane.chatId}
            advisor={picked.advisor}
            lane={picked.lane}
            timeZone={timeline.timeZone}
            seq={timeline.seq}
            onClose={() => setPickedId(null)}
          />
        )}
      </div>
    </main>
  );
}

function findLane(
  { advisors }: Timeline,
  chatId: string | null,
): { advisor: TimelineAdvisor; lane: TimelineLane } | undefined {
  for (const advisor of advisors)
    for (const lane of advisor.lanes) if (lane.chatId === chatId) return { advisor, lane };
  return undefined;
}

function focusLane(page: HTMLElement | null, step: 1 | -1): void {
  const lanes = [...(page?.querySelectorAll<HTMLElement>('[data-lane]') ?? [])];
  const at = lanes.indexOf(document.activeElement as HTMLElement);
  const next = at === -1 ? 0 : Math.max(0, Math.min(lanes.length - 1, at + step));
  lanes[next]?.focus();
}

function Legend(): ReactElement {
  return (
    <span className="legend" aria-hidden="true">
      <span>
        <i className="sw-free" />
        Free
      </span>
      <span>
        <i className="sw-paid" />
        Paid
      </span>
      <span>
        <i className="sw-pause" />
        Paused
      </span>
    </span>
  );
}
