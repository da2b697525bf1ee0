import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  announce,
  ANNOUNCED_MS,
  type AnnouncedChat,
  type SaidOfChats,
} from '../../shared/dock/announcements.ts';
import type { StateName } from '../../shared/dock/chat-state.ts';

/** What is read aloud in a course of looks. */
function readAloud(...course: AnnouncedChat[][]): string[] {
  let said: SaidOfChats = new Map();
  return course.flatMap((chats) => {
    const next = announce(said, chats);
    said = next.said;
    return next.sentence === '' ? [] : [next.sentence];
  });
}

const chat = (state: StateName, countdownMs: number, clientName = ''): AnnouncedChat => ({
  ...{ chatId: `of ${clientName}`, clientName, state, countdownMs },
});

describe('What is read aloud', () => {
  it('is four instants and changes of state, in eight minutes of seconds', () => {
    const seconds = Array.from({ length: 481 }, (_, n) => [
      chat(n > 480 ? 'out' : n > 180 ? 'low' : 'paid', (480 - n) * 1000),
    ]);
    expect(readAloud(...seconds, [chat('out', 0)])).toEqual([
      'Paid, 5 minutes left.',
      'Low, 4 minutes 59 seconds left.',
      'Low, 2 minutes left.',
      'Low, 1 minute left.',
      'Low, 30 seconds left.',
      'Exhausted.',
    ]);
  });

  it('is said once of a figure that wavers, and again when there is more', () => {
    const wavering = [121_000, 119_900, 120_300, 119_800, 121_000, 119_000].map((ms) => [chat('low', ms)]);
    expect(readAloud(...wavering)).toEqual(['Low, 2 minutes left.']);
    expect(readAloud(...wavering, [chat('low', 200_000)], [chat('low', 119_000)])).toHaveLength(2);
  });

  it('names the lowest instant that a jump passed, and nothing of a chat that is new or stands still', () => {
    expect(readAloud([chat('low', 70_000)], [chat('low', 20_000)])).toEqual(['Low, 30 seconds left.']);
    expect(readAloud([chat('low', 20_000)])).toEqual([]);
    expect(readAloud([chat('paused', 130_000)], [chat('paused', 119_000)])).toEqual([]);
    expect(readAloud([chat('paid', 119_000)], [chat('paused', 119_000)], [chat('paid', 119_000)])).toEqual([
      'Paused.',
      'Paid, 1 minute 59 seconds left.',
    ]);
  });

  it('says of many chats what is alike in one sentence', () => {
    const all = (state: StateName) =>
      ['Ana', 'Ben', 'Eva', 'Tom', 'Pia'].map((name) => chat(state, 900_000, name));
    expect(readAloud(all('paid'), all('paused'))).toEqual(['Ana, Ben, Eva and 2 more: Paused.']);
    const two = [chat('paid', 121_000, 'Mara'), { ...chat('paid', 121_000, 'Mara'), chatId: 'second' }];
    expect(
      readAloud(
        two,
        two.map((one) => ({ ...one, countdownMs: 120_000 })),
      ),
    ).toEqual(['Mara: Paid, 2 minutes left.']);
  });

  it('is never more than the instants while a countdown only falls, however it falls', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 60 }),
        (falls) => {
          const course = [...falls].sort((a, b) => b - a).map((ms) => [chat('low', ms)]);
          expect(readAloud(...course).length).toBeLessThanOrEqual(ANNOUNCED_MS.length);
        },
      ),
    );
  });
});
