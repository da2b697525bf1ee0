/** How long people worked and how long clients chatted: the sum and the union side by side, for a span of days. */
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import { createCalendar } from '../../../shared/reports/calendar.ts';
import type { Overview, WorkedFigures } from '../../../shared/reports/overview.ts';
import { averageChats, readOverview, spanOf, type SpanKind } from '../../records/overview.ts';
import { useLive } from '../../stores/live.ts';
import { codeOfError, sentenceOf } from '../../words/errors.ts';
import { formatHoursMinutes, formatMinor, formatTimeOfDay, unitsToMinor } from '../../words/format.ts';
import { SaveTables } from './save-tables.tsx';
import { WorkedChart } from './worked-chart.tsx';

const READ_EVERY_MS = 30_000;
const MINUTE_MS = 60_000;
const SPANS: readonly { kind: SpanKind; name: string; before: string }[] = [
  { kind: 'today', name: 'Today', before: 'the day before' },
  { kind: 'yesterday', name: 'Yesterday', before: 'the day before' },
  { kind: 'week', name: 'This week', before: 'as many days before' },
  { kind: 'month', name: 'This month', before: 'as many days before' },
];

/** What was read last stays while the server is out of reach; `timeZone` is asked for with the first answer. */
function useOverview(
  kind: SpanKind,
  minute: number | undefined,
): { overview: Overview | null; code: ErrorCode | null } {
  const [overview, setOverview] = useState<Overview | null>(null);
  const [code, setCode] = useState<ErrorCode | null>(null);
  const timeZone = overview?.timeZone ?? 'UTC';
  const calendar = useMemo(() => createCalendar(timeZone), [timeZone]);
  const today = minute === undefined ? null : calendar.dateAt(minute * MINUTE_MS);
  useEffect(() => {
    if (today === null) return;
    let isGone = false;
    const read = () =>
      readOverview((input, init) => fetch(input, init), spanOf(kind, today)).then(
        (next) => {
          if (isGone) return;
          setOverview(next);
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
  }, [kind, today]);
  return { overview, code };
}

export function OverviewCard({ nameOf }: { nameOf: (advisorId: string) => string }): ReactElement | null {
  const [kind, setKind] = useState<SpanKind>('today');
  // A new day is seen within a minute, and nothing is drawn anew every second.
  const minute = useLive(({ live }) =>
    live === null ? undefined : Math.floor(live.serverNowMs / MINUTE_MS),
  );
  const { overview, code } = useOverview(kind, minute);
  if (overview === null)
    return code === null ? null : <p className="muted s12">Worked time: {sentenceOf(code)}</p>;
  const before = SPANS.find((span) => span.kind === kind)?.before ?? '';
  return (
    <section className="overview" aria-label="Worked time" data-testid="overview">
      <div className="row gap5 wrap">
        <div className="seg" role="group" aria-label="Days">
          {SPANS.map((span) => (
            <button
              key={span.kind}
              type="button"
              className={span.kind === kind ? 'on' : ''}
              aria-pressed={span.kind === kind}
              onClick={() => setKind(span.kind)}
            >
              {span.name}
            </button>
          ))}
        </div>
        <span className="muted s12 num" role={code === null ? undefined : 'status'}>
          {code !== null && `${sentenceOf(code)} `}as of {formatTimeOfDay(overview.asOfMs)}, days of{' '}
          {overview.timeZone}
        </span>
      </div>
      <SaveTables span={{ from: overview.days[0]?.date ?? '', until: overview.days.at(-1)?.date ?? '' }} />
      <Stats total={overview.total} before={overview.before} beforeWords={before} />
      {overview.advisors.length > 0 && (
        <div className="card">
          <header>
            <h2 className="grow">How long did clients chat, and how long did people work?</h2>
            <Legend />
          </header>
          <div className="chart-place">
            <WorkedChart
              label="Chat time and time at desk of each advisor; the table below says the same"
              bars={overview.advisors.map((one) => ({
                ...one,
                key: one.advisorId,
                name: nameOf(one.advisorId),
              }))}
            />
          </div>
          <WorkedTable
            first="Advisor"
            rows={overview.advisors.map((one) => ({
              ...one,
              key: one.advisorId,
              name: nameOf(one.advisorId),
            }))}
            total={overview.total}
          />
        </div>
      )}
      {overview.days.length > 1 && (
        <details className="card by-day">
          <summary>Day by day</summary>
          <WorkedTable
            first="Day"
            rows={overview.days.map((day) => ({ ...day, key: day.date, name: day.date }))}
            total={overview.total}
          />
        </details>
      )}
    </section>
  );
}

function Stats({
  total,
  before,
  beforeWords,
}: {
  total: WorkedFigures;
  before: WorkedFigures;
  beforeWords: string;
}): ReactElement {
  return (
    <div className="card stats">
      <Stat name="Chat time, sum of chats" note={`${formatHoursMinutes(before.trackedMs)} ${beforeWords}`}>
        {formatHoursMinutes(total.trackedMs)}
      </Stat>
      <Stat name="Time at desk, overlaps once" note={`${formatHoursMinutes(before.workedMs)} ${beforeWords}`}>
        {formatHoursMinutes(total.workedMs)}
      </Stat>
      <Stat name="At once, on average" note={`peak ${total.peakChats}`}>
        {averageChats(total).toFixed(2)}
      </Stat>
      <Stat
        name="Cost of paid time"
        note={`${formatHoursMinutes(total.paidMs)} paid, ${formatHoursMinutes(total.freeMs)} free`}
      >
        {formatMinor(Math.floor(unitsToMinor(total.paidUnits)))} <small>cr</small>
      </Stat>
    </div>
  );
}

function Stat({
  name,
  note,
  children,
}: {
  name: string;
  note: string;
  children: React.ReactNode;
}): ReactElement {
  return (
    <div className="stat">
      <span className="k">{name}</span>
      <span className="v">{children}</span>
      <span className="d num">{note}</span>
    </div>
  );
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
        <i className="sw-union" />
        At desk
      </span>
    </span>
  );
}

function WorkedTable({
  first,
  rows,
  total,
}: {
  first: string;
  rows: readonly (WorkedFigures & { key: string; name: string })[];
  total: WorkedFigures;
}): ReactElement {
  return (
    <table className="tbl" aria-label={`Worked time: ${first.toLowerCase()} by ${first.toLowerCase()}`}>
      <thead>
        <tr>
          <th scope="col">{first}</th>
          {['Chat time', 'At desk', 'At once', 'Peak', 'Free', 'Paid', 'Chats', 'Credits'].map((name) => (
            <th key={name} scope="col" className="n">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, ...figures }) => (
          <tr key={key}>
            <th scope="row" title={name}>
              <bdi>{name}</bdi>
            </th>
            <Figures figures={figures} />
          </tr>
        ))}
        <tr className="sum">
          <th scope="row">All</th>
          <Figures figures={total} />
        </tr>
      </tbody>
    </table>
  );
}

function Figures({ figures }: { figures: WorkedFigures }): ReactElement {
  return (
    <>
      <td className="n">{formatHoursMinutes(figures.trackedMs)}</td>
      <td className="n">{formatHoursMinutes(figures.workedMs)}</td>
      <td className="n">{averageChats(figures).toFixed(2)}</td>
      <td className="n">{figures.peakChats}</td>
      <td className="n">{formatHoursMinutes(figures.freeMs)}</td>
      <td className="n">{formatHoursMinutes(figures.paidMs)}</td>
      <td className="n">{figures.chats}</td>
      <td className="n">{formatMinor(Math.floor(unitsToMinor(figures.paidUnits)))}</td>
    </>
  );
}
