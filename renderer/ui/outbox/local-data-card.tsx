/** The copy of chats and times on this computer: a view that can be fetched anew; what is unsent is not in it. */
import { useEffect, useRef, type ReactElement } from 'react';
import { rebuildLocalData, useDeskDatabase } from '../../stores/desk-database.ts';
import { setDesk, useDesk } from '../../stores/desk.ts';
import { Icon } from '../icons.tsx';
import { Bar } from '../parts.tsx';

const setAsking = (isRebuildAsked: boolean) => setDesk({ isRebuildAsked });

export function LocalDataCard(): ReactElement | null {
  const status = useDeskDatabase((state) => state.status);
  const setAsideName = useDeskDatabase((state) => state.setAsideName);
  const isAsking = useDesk((state) => state.isRebuildAsked);
  const rebuild = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isAsking) rebuild.current?.focus();
  }, [isAsking]);
  useEffect(() => () => setAsking(false), []);
  if (status === null) return null;
  const { rebuildsToSeq, appliedSeq } = status;
  return (
    <section className="card local-data" aria-label="Local data">
      <div className="row between">
        <div>
          <h2 className="b">Local data</h2>
          <p className="muted s12">
            {rebuildsToSeq !== null
              ? 'Fetched anew from the server. You can go on; what is unsent is kept and sent as ever.'
              : isAsking
                ? 'Everything is fetched again from the server. What is unsent is kept apart and is not lost.'
                : 'Shows chats and times that are not the server’s? Fetch them anew.'}
          </p>
        </div>
        {rebuildsToSeq !== null ? null : isAsking ? (
          <span className="row">
            <button type="button" className="btn s" onClick={() => setAsking(false)}>
              Cancel
            </button>
            <button
              type="button"
              className="btn s pri"
              ref={rebuild}
              onClick={() => {
                setAsking(false);
                rebuildLocalData();
              }}
            >
              Rebuild now
            </button>
          </span>
        ) : (
          <button type="button" className="btn s" data-testid="rebuild" onClick={() => setAsking(true)}>
            <Icon name="refresh" />
            Rebuild local data…
          </button>
        )}
      </div>
      {rebuildsToSeq !== null && (
        <div
          role="progressbar"
          aria-label="Local data"
          aria-valuemin={0}
          aria-valuemax={rebuildsToSeq}
          aria-valuenow={Math.min(appliedSeq, rebuildsToSeq)}
        >
          <Bar percent={(appliedSeq / Math.max(1, rebuildsToSeq)) * 100} className="st-free" />
        </div>
      )}
      {setAsideName !== null && (
        <p className="s12 st-low st" role="status">
          The local copy <bdi>{setAsideName}</bdi> could not be read. It was set aside and a new one is made;
          nothing unsent was in it.
        </p>
      )}
    </section>
  );
}
