/** Chat time as a bar, free and paid, with the time at desk as a line below it: one pair for each advisor or day. */
import type { ReactElement } from 'react';
import { formatHoursMinutes } from '../../words/format.ts';

export interface WorkedBar {
  key: string;
  name: string;
  freeMs: number;
  paidMs: number;
  workedMs: number;
}

const WIDTH = 660;
const NAMES = 116;
const FIGURES = 84;
const ROW = 44;
const HOUR_MS = 3_600_000;
/** Steps of the scale, hours. */
const STEPS = [0.25, 0.5, 1, 2, 4, 8, 24, 48, 120, 240];

export function WorkedChart({ bars, label }: { bars: readonly WorkedBar[]; label: string }): ReactElement {
  const longestMs = Math.max(HOUR_MS / 4, ...bars.map((bar) => bar.freeMs + bar.paidMs));
  const stepMs = (STEPS.find((hours) => longestMs / (hours * HOUR_MS) <= 5) ?? 720) * HOUR_MS;
  const x = (ms: number) => NAMES + (ms / longestMs) * (WIDTH - NAMES - FIGURES);
  const height = 30 + bars.length * ROW;
  const marks = Array.from({ length: Math.floor(longestMs / stepMs) + 1 }, (_, n) => n * stepMs);
  // The table below says the same to those who cannot see it.
  return (
    <svg className="chart" viewBox={`0 0 ${WIDTH} ${height}`} width="100%" role="img" aria-label={label}>
      {marks.map((ms) => (
        <g key={ms}>
          <path d={`M${x(ms)} 24V${height - 6}`} stroke="var(--line)" />
          <text x={x(ms)} y="14" textAnchor={ms === 0 ? 'start' : 'middle'}>
            {stepMs < HOUR_MS ? `${ms / 60_000} m` : `${ms / HOUR_MS} h`}
          </text>
        </g>
      ))}
      {bars.map((bar, position) => (
        <Row key={bar.key} bar={bar} x={x} y={32 + position * ROW} />
      ))}
    </svg>
  );
}

function Row({ bar, x, y }: { bar: WorkedBar; x: (ms: number) => number; y: number }): ReactElement {
  const { name, freeMs, paidMs, workedMs } = bar;
  const gap = freeMs > 0 && paidMs > 0 ? 1.5 : 0;
  const endX = x(freeMs + paidMs) + gap;
  return (
    <g transform={`translate(0 ${y})`}>
      <title>{name}</title>
      <text x="0" y="13" className="strong">
        {name.length > 15 ? `${name.slice(0, 14)}…` : name}
      </text>
      {freeMs > 0 && (
        <rect x={x(0)} y="2" width={x(freeMs) - x(0)} height="12" rx="2" fill="var(--free-fill)" />
      )}
      {paidMs > 0 && (
        <rect x={x(freeMs) + gap} y="2" width={x(paidMs) - x(0)} height="12" rx="2" fill="var(--paid-fill)" />
      )}
      <rect x={x(0)} y="18" width={Math.max(0, x(workedMs) - x(0))} height="5" rx="2" fill="var(--text)" />
      <text x={endX + 8} y="12.5" className="strong">
        {formatHoursMinutes(freeMs + paidMs)}
      </text>
      <text x={Math.min(endX, x(workedMs)) + 8} y="25">
        {formatHoursMinutes(workedMs)}
      </text>
    </g>
  );
}
