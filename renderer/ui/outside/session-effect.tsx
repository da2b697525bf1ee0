/** What entering the session means, before it is saved: what it may cost, what ran beside it, that it waits. */
import { useEffect, useState, type ReactElement } from 'react';
import type { UserProjection } from '../../../shared/rows.ts';
import { plain } from '../../database/plain.ts';
import { overlapsOf, readRunBetween } from '../../records/outside-overlap.ts';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { useDeskDatabase } from '../../stores/desk-database.ts';
import { setDesk } from '../../stores/desk.ts';
import { useLive } from '../../stores/live.ts';
import { useSignedIn } from '../../stores/session.ts';
import { codeOfError } from '../../words/errors.ts';
import { formatCredits, formatElapsed } from '../../words/format.ts';

interface Effect {
  overlaps: { id: string; ms: number; name: string; clientName: string }[];
  ratePerMinuteMinor: number | null;
}

/** Overlaps that are named; the rest is counted. */
const NAMED_MAX = 3;

export function SessionEffect({
  userId,
  startMs,
  elapsedMs,
}: {
  userId: string;
  startMs: number;
  elapsedMs: number;
}): ReactElement | null {
  const effect = useSessionEffect(userId, startMs, elapsedMs);
  if (effect === null) return null;
  const { overlaps, ratePerMinuteMinor } = effect;
  const costMinor = Math.floor(((ratePerMinuteMinor ?? 0) * elapsedMs) / 60_000);
  return (
    <>
      {overlaps.slice(0, NAMED_MAX).map((one) => (
        <p key={one.id} className="s12 st-low st" data-testid="outside-overlap">
          Overlaps <b className="num">{formatElapsed(one.ms)}</b> with {one.name} (<bdi>{one.clientName}</bdi>
          ): both count.
        </p>
      ))}
      {overlaps.length > NAMED_MAX && (
        <p className="s12 st-low st">…and {overlaps.length - NAMED_MAX} more: all count.</p>
      )}
      <p className="hint">
        <b className="num">{formatElapsed(elapsedMs)}</b> wait for a supervisor, who decides whether they
        count
        {ratePerMinuteMinor !== null && (
          <>
            : at most <b className="num">{formatCredits(costMinor)}</b>, free time first
          </>
        )}
        . Nothing is charged before.
      </p>
    </>
  );
}

function useSessionEffect(userId: string, startMs: number, elapsedMs: number): Effect | null {
  const database = useDeskDatabase((state) => state.database);
  const memberId = useSignedIn()?.member.id ?? '';
  const [effect, setEffect] = useState<Effect | null>(null);
  useEffect(() => {
    if (database === null) return;
    let isStale = false;
    const endMs = startMs + elapsedMs;
    const nowMs = useLive.getState().live?.serverNowMs ?? endMs;
    const names = new Map(useDeskChats.getState().users.map((user) => [user.id, user.name ?? user.id]));
    Promise.all([
      readRunBetween(database, startMs, endMs, nowMs),
      database.userProjection.findOne(`${memberId}:${userId}`).exec(),
    ]).then(
      ([{ chats, stretches }, projection]) => {
        if (isStale) return;
        const overlaps = overlapsOf(stretches, startMs, endMs).map(({ chatId, ms }) => {
          const chat = chats.get(chatId);
          const number = chat?.number === undefined ? '' : ` #${chat.number}`;
          const clientName = names.get(chat?.userId ?? '') ?? chat?.userId ?? '';
          return { id: chatId, ms, name: `${chat?.topic ?? 'Chat'}${number}`, clientName };
        });
        const ratePerMinuteMinor = plain<UserProjection>(projection)?.ratePerMinuteMinor ?? null;
        setEffect({ overlaps, ratePerMinuteMinor });
      },
      (error: unknown) => setDesk({ problem: codeOfError(error) }),
    );
    return () => {
      isStale = true;
    };
  }, [database, memberId, userId, startMs, elapsedMs]);
  return effect;
}
