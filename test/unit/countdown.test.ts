import { expect, test } from 'vitest';
import { countDown, stretchesOf, totalLeftWith, unsettledMs } from '../../shared/countdown.ts';
import type { ProjectedChat, UserProjection } from '../../shared/rows.ts';

const NOW = 1_000_000_000;
const RATE = 200; // minor credits a minute = units a ms

function projection(
  parts: Partial<UserProjection> = {},
  chats: Partial<ProjectedChat>[] = [{}],
): UserProjection {
  return {
    type: 'userProjection',
    id: 'lea:mara',
    userId: 'mara',
    advisorId: 'lea',
    stateSeq: 1,
    asOfMs: NOW,
    balanceUnits: 0,
    reservedUnits: 0,
    creditedMinor: 0,
    othersBurnUnitsPerMs: 0,
    freeGrantedMs: 0,
    freeLeftMs: 0,
    ratePerMinuteMinor: RATE,
    chats: chats.map((chat, index) => ({
      chatId: `c${index + 1}`,
      trackedMs: 0,
      freeMs: 0,
      paidMs: 0,
      ratePerMinuteMinor: RATE,
      ...chat,
    })),
    foldVersion: 1,
    ...parts,
  };
}
const runs = (...chatIds: string[]) =>
  chatIds.map((chatId) => ({ chatId, startMs: NOW, endMs: Number.POSITIVE_INFINITY }));
const credits = (amountMinor: number) => amountMinor * 60_000;

test('31.40 credits at 2.00 a minute last 15:42, at two chats 07:51', () => {
  const state = projection({ balanceUnits: credits(3140) }, [{}, {}]);
  const one = countDown(state, stretchesOf(state, runs('c1'), 'here'), NOW);
  expect(one).toMatchObject({ kind: 'paid', countdownMs: 942_000, runningChats: 1 });
  expect(countDown(state, stretchesOf(state, runs('c1', 'c2'), 'here'), NOW).countdownMs).toBe(471_000);
  expect(totalLeftWith(state, stretchesOf(state, runs('c1'), 'here'), NOW, 2)).toBe(471_000);
});

test('what runs stops at T* also when the settled instant lies some ms ahead of this clock', () => {
  const settled = { settledUntilMs: NOW + 40, confirmedUntilMs: NOW + 40, runningOnDeviceId: 'here' };
  const state = projection({ balanceUnits: credits(100) }, [settled]);
  const live = countDown(state, stretchesOf(state, runs('c1'), 'here'), NOW);
  expect(live).toMatchObject({ runningChats: 1, burnUnitsPerMs: RATE, kind: 'low', totalLeftMs: 30_040 });
  expect(live.zeros).toEqual([{ atMs: NOW + 30_040, chatIds: ['c1'] }]);
});

test('two chats of a pair use two seconds of free time each second', () => {
  const state = projection({ freeLeftMs: 144_000, freeGrantedMs: 600_000, balanceUnits: credits(3840) }, [
    {},
    {},
  ]);
  const live = countDown(state, stretchesOf(state, runs('c1', 'c2'), 'here'), NOW + 2_000);
  expect(live).toMatchObject({
    kind: 'free',
    countdownMs: 70_000,
    freeLeftMs: 140_000,
    totalLeftMs: 70_000 + 576_000,
  });
});

test('time beyond the free time is paid from the millisecond on which it ends', () => {
  const state = projection({ freeLeftMs: 1_000, balanceUnits: credits(2000) });
  const live = countDown(state, stretchesOf(state, runs('c1'), 'here'), NOW + 4_000);
  expect(live).toMatchObject({ freeLeftMs: 0, balanceUnits: credits(2000) - 3_000 * RATE, kind: 'paid' });
});

test('under five minutes the client is low; less than a millisecond of burn is zero', () => {
  const low = projection({ balanceUnits: 299_999 * RATE });
  expect(countDown(low, stretchesOf(low, runs('c1'), 'here'), NOW)).toMatchObject({
    kind: 'low',
    countdownMs: 299_999,
  });
  const none = projection({ balanceUnits: RATE - 1 });
  expect(countDown(none, stretchesOf(none, runs('c1'), 'here'), NOW)).toMatchObject({
    kind: 'exhausted',
    countdownMs: 0,
  });
});

test('what the server has settled is not counted a second time', () => {
  const state = projection({ balanceUnits: credits(1000) }, [
    { trackedMs: 60_000, settledUntilMs: NOW + 60_000 },
  ]);
  const own = [
    { chatId: 'c1', startMs: NOW, endMs: NOW + 60_000 },
    { chatId: 'c1', startMs: NOW + 70_000, endMs: Number.POSITIVE_INFINITY },
  ];
  const stretches = stretchesOf(state, own, 'here');
  expect(unsettledMs(stretches, 'c1', NOW + 75_000)).toBe(5_000);
});

test('a closed segment that the server placed a few milliseconds earlier leaves nothing over', () => {
  const state = projection({}, [{ trackedMs: 60_000, settledUntilMs: NOW + 59_993 }]);
  const own = [{ chatId: 'c1', startMs: NOW, endMs: NOW + 60_000 }];
  expect(stretchesOf(state, own, 'here')).toEqual([]);
});

test('a chat that another device runs grows on from what is confirmed of it', () => {
  const state = projection({ balanceUnits: credits(1000) }, [
    {
      runningOnDeviceId: 'laptop',
      runningSinceMs: NOW - 10_000,
      confirmedUntilMs: NOW,
      settledUntilMs: NOW,
      trackedMs: 10_000,
    },
  ]);
  const stretches = stretchesOf(state, [], 'here');
  expect(unsettledMs(stretches, 'c1', NOW + 3_000)).toBe(3_000);
  expect(countDown(state, stretches, NOW + 3_000).runningChats).toBe(1);
  expect(stretchesOf(state, [], 'laptop')).toEqual([]);
});

test('at rate 0 nothing ever ends', () => {
  const state = projection({ ratePerMinuteMinor: 0 }, [{ ratePerMinuteMinor: 0 }]);
  expect(countDown(state, stretchesOf(state, runs('c1'), 'here'), NOW)).toMatchObject({
    kind: 'unpriced',
    totalLeftMs: null,
  });
});

test('less than a millisecond of burn below zero is shown as zero, more is a debt', () => {
  const none = projection({ balanceUnits: -(RATE - 1) });
  expect(countDown(none, [], NOW)).toMatchObject({ kind: 'exhausted', balanceUnits: 0 });
  const debt = projection({ balanceUnits: -RATE });
  expect(countDown(debt, [], NOW)).toMatchObject({ kind: 'exhausted', balanceUnits: -RATE });
});

test('what a stop to the millisecond leaves over starts nothing: under a second of one chat is nothing', () => {
  const rest = projection({ balanceUnits: 999 * RATE });
  expect(countDown(rest, [], NOW)).toMatchObject({ kind: 'exhausted', totalLeftMs: 0 });
  expect(countDown(rest, stretchesOf(rest, runs('c1'), 'here'), NOW).totalLeftMs).toBe(999);
});

test('under another version of the fold the server’s own figures and its T* are shown', () => {
  const state = projection({
    balanceUnits: credits(100),
    freeLeftMs: 0,
    zeroAtMs: NOW + 400_000,
    foldVersion: 99,
  });
  expect(countDown(state, stretchesOf(state, runs('c1'), 'here'), NOW + 1_000)).toMatchObject({
    kind: 'paid',
    totalLeftMs: 399_000,
    balanceUnits: credits(100),
    zeros: [{ atMs: NOW + 400_000, chatIds: ['c1'] }],
  });
});

test('what silent devices may be using is not counted on, and shown in the balance all the same', () => {
  const state = projection({ balanceUnits: credits(1000), reservedUnits: credits(400) });
  const live = countDown(state, stretchesOf(state, runs('c1'), 'here'), NOW);
  expect(live).toMatchObject({ totalLeftMs: 3 * 60_000, balanceUnits: credits(1000) });
});

test('credits and a price that are known to come are walked over', () => {
  const state = projection(
    {
      balanceUnits: credits(100),
      grants: [{ atMs: NOW + 10_000, ms: 60_000 }],
      ratePerMinuteMinor: RATE,
    },
    [
      {
        rates: [
          { atMs: 0, ratePerMinuteMinor: RATE },
          { atMs: NOW + 80_000, ratePerMinuteMinor: 2 * RATE },
        ],
      },
    ],
  );
  // 10 s paid, 60 s free, 10 s paid, and the last 10 s' worth at twice the price: 5 s.
  expect(countDown(state, stretchesOf(state, runs('c1'), 'here'), NOW).totalLeftMs).toBe(80_000 + 5_000);
});
