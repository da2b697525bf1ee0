/** The newest projection of each client, whichever way it came; an older state is ignored (DOMAIN.md, "Live"). */
import { Subject, type Observable } from 'rxjs';
import type { UserProjection } from '../../shared/rows.ts';

export interface Projections {
  readonly changed$: Observable<readonly string[]>;
  /** `from` a beat: made for this device. A replicated one says nothing of reservations: what the last beat said stands. */
  take(projections: readonly UserProjection[], from?: 'beat' | 'replication'): void;
  of(userId: string): UserProjection | undefined;
  all(): IterableIterator<UserProjection>;
}

export function createProjections(advisorId: string): Projections {
  const byUser = new Map<string, UserProjection>();
  const changed$ = new Subject<readonly string[]>();
  return {
    changed$,
    take(projections, from = 'replication') {
      const changed: string[] = [];
      for (const one of projections) {
        if (one.advisorId !== advisorId) continue;
        const held = byUser.get(one.userId);
        if (held !== undefined && held.stateSeq >= one.stateSeq) continue;
        byUser.set(one.userId, from === 'beat' || held === undefined ? one : withReserved(one, held));
        changed.push(one.userId);
      }
      if (changed.length > 0) changed$.next(changed);
    },
    of: (userId) => byUser.get(userId),
    all: () => byUser.values(),
  };
}

function withReserved(
  one: UserProjection,
  { reservedUnits, reservedFreeMs }: UserProjection,
): UserProjection {
  return { ...one, reservedUnits, ...(reservedFreeMs !== undefined && { reservedFreeMs }) };
}
