/** A client's stretches for what is shown each second: made anew only when something of them has changed. */
import { stretchesOf, type Stretch } from '../../shared/countdown.ts';
import type { UserProjection } from '../../shared/rows.ts';
import type { OwnTime } from './own-time.ts';

export interface ClientStretches {
  /** `chatIds`: the chats of the client that the projection or a timer names. */
  of(projection: UserProjection, chatIds: ReadonlySet<string>): readonly Stretch[];
}

interface Made {
  projection: UserProjection;
  ownVersion: number;
  offsetMs: number;
  stretches: Stretch[];
}

export function createClientStretches(ownTime: OwnTime, deviceId: string): ClientStretches {
  const byUser = new Map<string, Made>();
  return {
    of(projection, chatIds) {
      const before = byUser.get(projection.userId);
      const ownVersion = ownTime.version();
      const offsetMs = ownTime.offsetMs();
      if (
        before !== undefined &&
        before.projection === projection &&
        before.ownVersion === ownVersion &&
        before.offsetMs === offsetMs
      )
        return before.stretches;
      const stretches = stretchesOf(projection, ownTime.ofChats(chatIds), deviceId);
      byUser.set(projection.userId, { projection, ownVersion, offsetMs, stretches });
      return stretches;
    },
  };
}
