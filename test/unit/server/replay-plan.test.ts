import { describe, expect, it } from 'vitest';
import { clockText, createProgressLine } from '../../../sync-server/replay/progress-line.ts';
import { readConversations, type Conversation } from '../../../sync-server/replay/replay-file.ts';
import { busiestAdvisor, planReplay } from '../../../sync-server/replay/replay-plan.ts';

const conversation = (
  chatId: string,
  source: string,
  advisorId: string,
  ...minutes: number[]
): Conversation => ({
  chatId,
  userId: `user of ${chatId}`,
  advisorId,
  source,
  messages: minutes.map((m) => ({
    at: new Date(Date.UTC(2011, 4, source.length, 10, m)).toISOString(),
    from: 'user',
    text: `${m}`,
  })),
});
const opens = (conversations: Conversation[]) =>
  planReplay(conversations).events.flatMap((e) =>
    e.kind === 'open' ? [[conversations[e.chat]?.chatId, e.offsetMs / 60_000]] : [],
  );

describe('a replay plan', () => {
  it('keeps the distances of one day', () => {
    expect(opens([conversation('a', 'd', 'x', 5, 9), conversation('b', 'd', 'y', 7)])).toEqual([
      ['a', 0],
      ['b', 2],
    ]);
  });

  it('begins all days together, except one that shares a person with an earlier one', () => {
    const days = [
      conversation('a', 'd', 'x', 0, 10),
      conversation('b', 'dd', 'y', 0),
      conversation('c', 'ddd', 'x', 3),
    ];
    expect(opens(days)).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 10.5],
    ]);
  });

  it('puts messages in order of time and ends a chat half a minute after its last one', () => {
    const plan = planReplay([conversation('a', 'd', 'x', 9, 5)]);
    expect(plan.events.map((e) => [e.kind, e.offsetMs / 1_000])).toEqual([
      ['open', 0],
      ['message', 0],
      ['message', 240],
      ['end', 270],
    ]);
    expect(plan.lengthMs).toBe(270_000);
  });

  it('of nothing is empty', () => {
    expect(planReplay([])).toMatchObject({ events: [], lengthMs: 0 });
    expect(busiestAdvisor(planReplay([]))).toBeUndefined();
  });

  it('knows who held the most chats at one time', () => {
    const plan = planReplay([
      conversation('a', 'd', 'x', 0),
      conversation('b', 'd', 'x', 5),
      conversation('c', 'd', 'y', 8),
      conversation('e', 'd', 'y', 8),
    ]);
    expect(busiestAdvisor(plan)).toBe('y');
  });
});

describe('a file of conversations', () => {
  it('is read line by line: bad lines are reported with their number, the others are kept', () => {
    const good = JSON.stringify(conversation('a', 'd', 'x', 1));
    const { conversations, complaints } = readConversations(
      `${good}\n\nnot json\n{"chatId":"b"}\n${good}\n${good.replace('"a"', '"z"').replace('2011', '20-11')}\n`,
    );
    expect(conversations.map((c) => c.chatId)).toEqual(['a']);
    expect(complaints.map((c) => [c.line, c.code])).toEqual([
      [3, 'unreadable'],
      [4, 'unreadable'],
      [5, 'idConflict'],
      [6, 'unreadable'],
    ]);
  });
});

describe('the progress line', () => {
  it('is rewritten on a terminal and said every five seconds elsewhere', () => {
    const progress = {
      playedEvents: 1,
      allEvents: 2,
      offsetMs: 61_000,
      lengthMs: 3_600_000,
      messages: 1,
      openChats: 1,
      endedChats: 0,
      lateMessages: 0,
    };
    for (const [isTTY, expected] of [
      [true, 3],
      [false, 2],
    ] as const) {
      const written: string[] = [];
      let nowNs = 0n;
      const line = createProgressLine({ isTTY, write: (text) => written.push(text) }, () => nowNs);
      for (let n = 0; n < 3; n += 1) {
        line.show({ ...progress, playedEvents: n });
        nowNs += 1_000_000_000n;
      }
      expect(written.length).toBe(isTTY ? 3 : 1);
      line.finish();
      line.finish();
      expect(written.filter((w) => w !== '\n').length).toBe(expected);
      expect(written[0]).toContain('0:01:01 of 1:00:00');
    }
    expect(clockText(3_661_000)).toBe('1:01:01');
  });
});
