/** What the client's chats do on other devices, as the newest projection tells: what a start stops there, what stops here. */
import type { Chat, ProjectedChat } from '../../shared/rows.ts';
import type { TimerEvent } from '../../shared/timer-machine.ts';
import { cutElsewhereAtMonoMs } from './cut-elsewhere.ts';
import type { ManagedTimer } from './managed-timers.ts';
import type { Projections } from './projections.ts';

export interface ElsewhereDeps {
  projections: Projections;
  deviceId: string;
  monoMs(): number;
  /** Server instant − instant on the boot's clock. */
  offsetMs(): number;
  step(managed: ManagedTimer, event: TimerEvent): void;
}

export interface Elsewhere {
  /** The pair's open chats. */
  listed(userId: string): readonly ProjectedChat[];
  /** Other chats of the pair that run on other devices. */
  othersOfPair(chat: Chat): string[];
  /** Another device's mark ends here what had begun before it, and what stood still before it stays so. */
  stopIfCut(managed: ManagedTimer, listed: ProjectedChat | undefined): void;
}

export function createElsewhere({ projections, deviceId, monoMs, offsetMs, step }: ElsewhereDeps): Elsewhere {
  /** Stopped elsewhere after it ran out here, or running elsewhere after it was gapped here. */
  function isGoneOnWithout({ timer }: ManagedTimer, one: ProjectedChat | undefined): boolean {
    if (one === undefined) return false;
    if (timer.phase === 'gapped')
      return one.runningOnDeviceId !== undefined && one.runningOnDeviceId !== deviceId;
    const stop = one.lastStop;
    return (
      timer.phase === 'exhausted' &&
      stop !== undefined &&
      stop.deviceId !== deviceId &&
      stop.atMs - offsetMs() > timer.atMonoMs
    );
  }

  const listed = (userId: string): readonly ProjectedChat[] => projections.of(userId)?.chats ?? [];
  return {
    listed,
    othersOfPair: (chat) =>
      listed(chat.userId)
        .filter(
          ({ runningOnDeviceId = deviceId, chatId }) => runningOnDeviceId !== deviceId && chatId !== chat.id,
        )
        .map(({ chatId }) => chatId),
    stopIfCut(managed, one) {
      if (managed.segment === null) {
        if (isGoneOnWithout(managed, one)) step(managed, { kind: 'stoppedElsewhere', atMonoMs: monoMs() });
        return;
      }
      const atMonoMs = cutElsewhereAtMonoMs(managed.segment, one, offsetMs());
      if (atMonoMs === undefined) return;
      step(managed, { kind: 'stoppedElsewhere', atMonoMs: Math.min(atMonoMs, monoMs()) });
    },
  };
}
