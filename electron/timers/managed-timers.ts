/** The timers of this device, by chat and by client. */
import type { TimerPhase } from '../../shared/live.ts';
import type { Chat, TimeSegment } from '../../shared/rows.ts';
import type { Timer } from '../../shared/timer-machine.ts';
import type { Given } from './client-funds.ts';
import type { Life } from './proof-of-life.ts';

export interface ManagedTimer {
  readonly chat: Chat;
  timer: Timer;
  /** The open segment; null while nothing runs. */
  segment: TimeSegment | null;
  pushedAtMonoMs: number;
  /** The server has listed this chat as open at least once. */
  wasProjected: boolean;
  isWindowClosed: boolean;
  undoEndUntilMonoMs: number | null;
  /** What the client had been given when the timer ran out; null = it never did, or nothing was known. */
  givenAtStop: Given | null;
  endedAtMonoMs: number;
  readonly life: Life;
}

export interface ManagedTimers {
  all(): IterableIterator<ManagedTimer>;
  of(chatId: string): ManagedTimer | undefined;
  ofUser(userId: string): ReadonlySet<ManagedTimer>;
  userIds(): IterableIterator<string>;
  /** The chat's timer, made where there is none. */
  obtain(chat: Chat, isProjected: () => boolean): ManagedTimer;
  /** A closed window's timer is kept only while its end can be undone. */
  forgetIfDone(managed: ManagedTimer): void;
}

export function createManagedTimers(): ManagedTimers {
  const byChat = new Map<string, ManagedTimer>();
  const byUser = new Map<string, Set<ManagedTimer>>();
  const nobody: ReadonlySet<ManagedTimer> = new Set();

  return {
    all: () => byChat.values(),
    of: (chatId) => byChat.get(chatId),
    ofUser: (userId) => byUser.get(userId) ?? nobody,
    userIds: () => byUser.keys(),
    obtain(chat, isProjected) {
      const known = byChat.get(chat.id);
      if (known !== undefined) return known;
      const made: ManagedTimer = {
        chat,
        timer: { phase: 'idle' },
        segment: null,
        pushedAtMonoMs: 0,
        wasProjected: isProjected(),
        isWindowClosed: false,
        undoEndUntilMonoMs: null,
        givenAtStop: null,
        endedAtMonoMs: 0,
        life: { atMonoMs: 0, recorded: [] },
      };
      byChat.set(chat.id, made);
      byUser.set(chat.userId, (byUser.get(chat.userId) ?? new Set()).add(made));
      return made;
    },
    forgetIfDone(managed) {
      const { chat, timer, isWindowClosed } = managed;
      if (!isWindowClosed || (timer.phase !== 'idle' && timer.phase !== 'ended')) return;
      byChat.delete(chat.id);
      byUser.get(chat.userId)?.delete(managed);
    },
  };
}

/** The phase a window shows. */
export function phaseOf(timer: Timer): TimerPhase {
  return timer.phase === 'gapped' ? 'paused' : timer.phase;
}
