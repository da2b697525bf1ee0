/** Counts how often a chat that T* stopped goes on by itself: once for each time that the advisor starts it. */
import type { Device } from '../../electron/device.ts';

/** `onTwice`: the chat was resumed by itself for the second time. */
export function watchResumes(timers: Device['timers'], onTwice: (chatId: string) => void): void {
  const wasStopped = new Set<string>();
  const resumed = new Set<string>();
  const byHand = <A extends unknown[]>(
    act: (...args: A) => void,
    chatIdOf: (...args: A) => string,
  ): ((...args: A) => void) => {
    return (...args) => {
      const chatId = chatIdOf(...args);
      wasStopped.delete(chatId);
      resumed.delete(chatId);
      act.apply(timers, args);
    };
  };
  timers.start = byHand(timers.start.bind(timers), (chat) => chat.id);
  timers.undoEnd = byHand(timers.undoEnd.bind(timers), (chatId) => chatId);
  timers.activity = byHand(timers.activity.bind(timers), (chatId) => chatId);
  timers.changed$.subscribe(() => {
    for (const { chat, timer } of timers.timers()) {
      if (timer.phase === 'exhausted' && timer.by === 'exhausted') wasStopped.add(chat.id);
      else if (timer.phase === 'running' && wasStopped.delete(chat.id)) {
        if (resumed.has(chat.id)) onTwice(chat.id);
        resumed.add(chat.id);
      } else wasStopped.delete(chat.id);
    }
  });
}
