/** The sheet when it was put aside, and the last decision while it can be taken back. */
import type { ReactElement } from 'react';
import { undoAway, useAway } from '../../stores/away.ts';
import { setDesk } from '../../stores/desk.ts';
import { decidedOf, stripOf } from '../../words/away.ts';
import { codeOfError } from '../../words/errors.ts';
import { Icon } from '../icons.tsx';
import { Keys } from '../parts.tsx';

export function AwayStrip(): ReactElement {
  const rows = useAway((state) => state.rows);
  const decided = useAway((state) => state.decided);
  return (
    <div>
      <div role="status">
        {decided !== null && (
          <div className="strip st-ok" data-testid="away-decided">
            <Icon name="check" />
            <span className="grow">{decidedOf(decided)}</span>
            {decided.asked > 0 && (
              <button type="button" className="btn s" onClick={() => setDesk({ page: 'outside' })}>
                What waits
              </button>
            )}
            <button
              type="button"
              className="btn s"
              onClick={() =>
                void undoAway().catch((error: unknown) => setDesk({ problem: codeOfError(error) }))
              }
            >
              Undo
            </button>
          </div>
        )}
      </div>
      {rows.length > 0 && (
        <div className="strip st-low" data-testid="away-strip">
          <Icon name="moon" />
          <span className="grow num">{stripOf(rows)}</span>
          <button type="button" className="btn s" onClick={() => setDesk({ overlay: 'away' })}>
            Decide… <Keys keys={['D']} />
          </button>
        </div>
      )}
    </div>
  );
}
