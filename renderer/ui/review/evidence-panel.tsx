/** What is behind a lane: each segment with its device, its clock, what counts of it and why; what ran beside it. */
import { useEffect, useState, type ReactElement } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import type {
  Evidence,
  SegmentEvidence,
  TimelineAdvisor,
  TimelineLane,
} from '../../../shared/reports/timeline.ts';
import { besides, readEvidence } from '../../records/timeline.ts';
import { codeOfError } from '../../words/errors.ts';
import { formatElapsed, timesIn } from '../../words/format.ts';
import { closeReasonOf, verdictOf } from '../../words/segments.ts';
import { Icon } from '../icons.tsx';
import { Problem } from '../parts.tsx';

export interface EvidencePanelProps {
  advisor: TimelineAdvisor;
  lane: TimelineLane;
  timeZone: string;
  /** The timeline's: a newer one reads the evidence anew. */
  seq: number;
  onClose(): void;
}

export function EvidencePanel({ advisor, lane, timeZone, seq, onClose }: EvidencePanelProps): ReactElement {
  const [evidence, setEvidence] = useState<Evidence | null>(null);
  const [code, setCode] = useState<ErrorCode | null>(null);
  useEffect(() => {
    let isGone = false;
    readEvidence((input, init) => fetch(input, init), lane.chatId).then(
      (next) => {
        if (isGone) return;
        setEvidence(next);
        setCode(null);
      },
      (error: unknown) => !isGone && setCode(codeOfError(error)),
    );
    return () => {
      isGone = true;
    };
  }, [lane.chatId, seq]);
  const dayMs = lane.stretches.reduce((sum, one) => sum + one.endMs - one.startMs, 0);
  const beside = besides(advisor, lane);
  const names = [lane.topic, lane.number && `#${lane.number}`].filter(Boolean).join(' ');
  return (
    <aside className="evidence" aria-label={`Segments of ${lane.clientName}`} data-testid="evidence">
      <header className="row">
        <div className="grow">
          <h2 className="clip">
            <bdi>{lane.clientName}</bdi> {names !== '' && <span className="muted">{names}</span>}
          </h2>
          <p className="muted s12">
            <bdi>{advisor.name}</bdi>
          </p>
        </div>
        <button type="button" className="btn ghost icon" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <p className="v num">{formatElapsed(dayMs)}</p>
      <p className="muted s12">counted on this day</p>
      {code !== null && <Problem code={code} />}
      {evidence?.segments.map((segment) => (
        <Segment key={segment.segmentId} segment={segment} time={timesIn(timeZone).long} />
      ))}
      {beside.length > 0 && (
        <section>
          <h3>Runs beside</h3>
          <dl>
            {beside.map(({ lane: other, ms }) => (
              <div key={other.chatId}>
                <dt className="clip">
                  {other.number !== undefined && `#${other.number} `}
                  <bdi>{other.clientName}</bdi>
                </dt>
                <dd className="num">{formatElapsed(ms)}</dd>
              </div>
            ))}
          </dl>
          <p className="muted s12">
            Time in several chats at once counts once as {advisor.name}’s time at the desk, and once for each
            client.
          </p>
        </section>
      )}
    </aside>
  );
}

function Segment({ segment, time }: { segment: SegmentEvidence; time(ms: number): string }): ReactElement {
  const isManual = segment.source === 'manual';
  const skewMs = Math.abs(segment.wallStartMs - segment.startMs);
  const lines: [string, string][] = [
    ['From', time(segment.startMs)],
    ['Recorded', formatExact(segment.claimedMs)],
    ['Counts before rulings', formatExact(segment.admittedMs)],
    ...optional(segment.pendingMs > 0, 'Waits', formatExact(segment.pendingMs)),
    ...optional(segment.trimmedToMs !== undefined, 'Trimmed to', formatExact(segment.trimmedToMs ?? 0)),
    ['Device', isManual ? 'Entered by hand' : (segment.deviceName ?? segment.deviceId)],
    ...optional(
      segment.clockErrorMs !== undefined,
      'Clock error',
      `± ${((segment.clockErrorMs ?? 0) / 1000).toFixed(2)} s`,
    ),
    ...optional(skewMs >= 1000, 'Its wall clock was off by', formatElapsed(skewMs)),
    ['It ended', closeReasonOf(segment)],
    ...optional(segment.funding === 'unfunded', 'Funding', 'Not funded'),
    ...optional((segment.ruling?.reason ?? '') !== '', 'Reason', segment.ruling?.reason ?? ''),
  ];
  return (
    <section data-testid="evidence-segment">
      <h3>{verdictOf(segment)}</h3>
      <dl>
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="num">
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function optional(isShown: boolean, name: string, value: string): [string, string][] {
  return isShown ? [[name, value]] : [];
}

/** `04:10.217`: what the evidence is exact to. */
function formatExact(ms: number): string {
  return `${formatElapsed(ms)}.${String(Math.floor(ms) % 1000).padStart(3, '0')}`;
}
