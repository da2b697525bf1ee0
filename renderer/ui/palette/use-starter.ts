/** Starting a chat from what was found, with its effect read before. */
import { useEffect, useMemo, useState } from 'react';
import type { LocalDatabase } from '../../database/local-database.ts';
import { useLive } from '../../stores/live.ts';
import {
  readPreviousChatInPair,
  startEffectWords,
  type PreviousChatInPair,
} from '../../stores/start-effect.ts';
import type { Starter } from './palette-items.ts';

export function useStarter(
  database: LocalDatabase | null,
  start: Starter['start'],
  onFailed: (error: unknown) => void,
): Starter {
  const live = useLive((state) => state.live);
  const [policy, setPolicy] = useState<PreviousChatInPair>('run');
  useEffect(() => {
    const nowMs = useLive.getState().live?.serverNowMs;
    if (database === null || nowMs === undefined) return;
    readPreviousChatInPair(database, nowMs).then(setPolicy, onFailed);
    // The latest handler need not read it again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [database]);
  return useMemo(
    () => ({
      start,
      effectOf: (userId) =>
        startEffectWords(
          live?.clients.find((one) => one.userId === userId),
          {
            policy,
            runsHere: live?.chats.some((chat) => chat.userId === userId && chat.timer === 'running') === true,
          },
        ),
    }),
    [start, live, policy],
  );
}
