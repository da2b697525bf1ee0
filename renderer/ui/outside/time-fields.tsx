import type { ReactElement } from 'react';
import type { SessionTimes } from './use-session-times.ts';
import { Field } from './field.tsx';

/** Day, start, end, length: the end or the length, whichever is known. */
export function TimeFields({ times }: { times: SessionTimes }): ReactElement {
  const { day, start, end, length } = times;
  return (
    <div className="times">
      <Field label="Day">
        <input
          className="input"
          type="date"
          data-testid="outside-day"
          value={day}
          onChange={(event) => times.setDay(event.target.value)}
        />
      </Field>
      <Field label="Start">
        <input
          className="input"
          type="time"
          step={1}
          data-testid="outside-from"
          value={start}
          onChange={(event) => times.setStart(event.target.value)}
        />
      </Field>
      <Field label="End">
        <input
          className="input"
          type="time"
          step={1}
          data-testid="outside-to"
          value={end}
          onChange={(event) => times.setEnd(event.target.value)}
        />
      </Field>
      <Field label="or length">
        <input
          className="input num"
          data-testid="outside-length"
          placeholder="minutes, h:mm"
          value={length}
          onChange={(event) => times.setLength(event.target.value)}
        />
      </Field>
    </div>
  );
}
