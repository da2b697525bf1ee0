/** How long a chat may run without a sign of life before it stops (issue 4: per advisor, 0 = never). */
import { useEffect, useState, type ReactElement } from 'react';
import { IDLE_AFTER_MS } from '../../../shared/away/away-stop.ts';
import { api } from '../../api.ts';
import { setDesk } from '../../stores/desk.ts';
import { codeOfError } from '../../words/errors.ts';

const MINUTE_MS = 60_000;
const CHOICES_MINUTES = [1, 2, 3, 5, 10, 15, 30, 60] as const;

function sayProblem(error: unknown): void {
  setDesk({ problem: codeOfError(error) });
}

export function IdleSection(): ReactElement {
  const [idleAfterMs, setIdleAfterMs] = useState(IDLE_AFTER_MS);
  useEffect(() => {
    api.call('readIdleAfter', null).then((read) => setIdleAfterMs(read.idleAfterMs), sayProblem);
  }, []);

  function choose(ms: number): void {
    const before = idleAfterMs;
    setIdleAfterMs(ms);
    api.call('setIdleAfter', { idleAfterMs: ms }).catch((error: unknown) => {
      setIdleAfterMs(before);
      sayProblem(error);
    });
  }

  return (
    <section className="stack idle-section" aria-labelledby="idle-title">
      <h3 id="idle-title">When nobody is there</h3>
      <label className="row gap5">
        <span className="grow">Stop a chat after</span>
        <select
          className="input"
          data-testid="idle-after"
          value={idleAfterMs}
          onChange={(event) => choose(Number(event.target.value))}
        >
          {CHOICES_MINUTES.map((minutes) => (
            <option key={minutes} value={minutes * MINUTE_MS}>
              {minutes} min
            </option>
          ))}
          <option value={0}>never</option>
        </select>
      </label>
      <p className="hint">
        Without a key, a click or a message in it, from you or your client. Sleep and a locked screen stop
        every chat at once. You decide afterwards; nothing more is billed meanwhile.
      </p>
    </section>
  );
}
