/** The lanes as a table: the same stretches, to read, to hear, to copy. */
import type { ReactElement } from 'react';
import type { Timeline } from '../../../shared/reports/timeline.ts';
import { formatElapsed, timesIn } from '../../words/format.ts';

export function TimelineTable({ timeline }: { timeline: Timeline }): ReactElement {
  const { long } = timesIn(timeline.timeZone);
  return (
    <div className="lanes" tabIndex={0} role="region" aria-label="The day as a table">
      <table className="tbl" data-testid="timeline-table">
        <thead>
          <tr>
            {['Advisor', 'Client', 'Chat', 'Kind', 'From', 'To'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col" className="n">
              Length
            </th>
          </tr>
        </thead>
        <tbody>
          {timeline.advisors.flatMap((advisor) =>
            advisor.lanes.flatMap((lane) =>
              lane.stretches.map(({ startMs, endMs, kind }) => (
                <tr key={`${lane.chatId} ${startMs}`}>
                  <td>
                    <bdi>{advisor.name}</bdi>
                  </td>
                  <td>
                    <bdi>{lane.clientName}</bdi>
                  </td>
                  <td className="muted">
                    {[lane.topic, lane.number && `#${lane.number}`].filter(Boolean).join(' ')}
                  </td>
                  <td>{kind === 'free' ? 'Free' : 'Paid'}</td>
                  <td className="num">{long(startMs)}</td>
                  <td className="num">{long(endMs)}</td>
                  <td className="n">{formatElapsed(endMs - startMs)}</td>
                </tr>
              )),
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}
