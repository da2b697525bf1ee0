/** How far a long queue is sent; it goes on whatever page is looked at. */
import type { ReactElement } from 'react';
import { useLive } from '../../stores/live.ts';
import { useQueue } from '../../stores/queue.ts';
import { Bar } from '../parts.tsx';

/** Fewer rows are gone before a bar is read. */
const WORTH_A_BAR = 50;

export function DrainBar(): ReactElement | null {
  const drain = useQueue((state) => state.drain);
  const isOffline = useLive((state) => state.live?.connection.phase === 'offline');
  if (drain === null || drain.total < WORTH_A_BAR || isOffline) return null;
  const done = drain.total - drain.waiting;
  return (
    <section className="card drain" data-testid="drain">
      <div className="row between">
        <b>
          Sending: <span className="num">{done.toLocaleString()}</span> of{' '}
          <span className="num">{drain.total.toLocaleString()}</span> entries at the server
        </b>
        <span className="muted s12">You can go on or leave it alone.</span>
      </div>
      <div
        role="progressbar"
        aria-label="Entries sent"
        aria-valuemin={0}
        aria-valuemax={drain.total}
        aria-valuenow={done}
      >
        <Bar percent={(done / drain.total) * 100} className="st-free" />
      </div>
    </section>
  );
}
