import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { countDown, stretchesOf } from '../../../shared/countdown.ts';
import { billingIncrementAt, billingIncrementSteps } from '../../../shared/fold/billing.ts';
import { foldUser } from '../../../shared/fold/fold.ts';
import { emptyFoldInput, type FoldInput, type FoldRateChange } from '../../../shared/fold/fold-input.ts';
import { compareInForce, rateSteps } from '../../../shared/fold/rates.ts';
import { FOLD_VERSION } from '../../../shared/fold/settlement.ts';
import { fundsOf } from '../../../shared/live/known-funds.ts';
import { othersStepsOf } from '../../../shared/live/others-steps.ts';
import type { ProjectedChat, UserProjection } from '../../../shared/rows.ts';
import { casesOf, PROPERTY_TIMEOUT_MS, runs } from '../property-runs.ts';

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS });

/** Two advisors, four chats; all that run are settled up to `nowMs`. */
const ADVISORS = ['a', 'b'];
const CHATS = [
  { id: 'c0', advisorId: 'a' },
  { id: 'c1', advisorId: 'a' },
  { id: 'd0', advisorId: 'b' },
  { id: 'd1', advisorId: 'b' },
];

const scene = fc.record({
  nowMs: fc.integer({ min: 30, max: 50 }),
  topUpMinor: fc.constantFrom(0, 1, 1, 2, 3),
  increments: fc.array(fc.record({ atMs: fc.nat({ max: 20 }), value: fc.integer({ min: 1, max: 900 }) }), {
    maxLength: 2,
  }),
  rates: fc.array(
    fc.record({
      of: fc.constantFrom(...ADVISORS, ...CHATS.map((chat) => chat.id)),
      atMs: fc.nat({ max: 400 }),
      ratePerMinuteMinor: fc.constantFrom(0, 50, 199, 200, 777),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  grants: fc.array(
    fc.record({
      advisorId: fc.constantFrom(...ADVISORS),
      atMs: fc.nat({ max: 300 }),
      ms: fc.nat({ max: 90 }),
    }),
    { maxLength: 3 },
  ),
  chats: fc.array(
    fc.record({
      openedAtMs: fc.nat({ max: 10 }),
      startMs: fc.nat({ max: 20 }),
      pastMs: fc.nat({ max: 9 }),
      isRunning: fc.boolean(),
    }),
    { minLength: CHATS.length, maxLength: CHATS.length },
  ),
});
type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

/** The facts with every running chat's segment grown to the instant that `untilMs` names. */
function factsOf(given: Scene, untilMs: (chatId: string) => number, nowMs = Infinity): FoldInput {
  return {
    ...emptyFoldInput(),
    users: [{ id: 'u', order: 0 }],
    chats: CHATS.map(({ id, advisorId }, n) => ({
      id,
      userId: 'u',
      advisorId,
      openedAtMs: given.chats[n]!.openedAtMs,
      order: n,
    })),
    segments: given.chats.flatMap(({ startMs, pastMs, isRunning }, n) => {
      const common = { chatId: CHATS[n]!.id, source: 'timer', funding: 'funded', order: n } as const;
      const past = { ...common, id: `past${n}`, startedAtMs: startMs, elapsedMs: pastMs };
      if (!isRunning) return [past];
      const from = startMs + pastMs + 1;
      return [
        past,
        {
          ...common,
          id: `now${n}`,
          startedAtMs: from,
          elapsedMs: Math.max(0, untilMs(common.chatId) - from),
        },
      ];
    }),
    creditFacts: [{ id: 't', type: 'topUp', userId: 'u', amountMinor: given.topUpMinor, order: 0 }],
    freeTimeGrants: given.grants
      .filter((grant) => grant.atMs <= nowMs)
      .map((grant, n) => ({ ...grant, id: `g${n}`, userId: 'u', order: n })),
    rateChanges: ratesOf(given),
    policyChanges: policiesOf(given),
  };
}

const ratesOf = (given: Scene): FoldRateChange[] =>
  given.rates.map(({ of, ...rate }, order) => ({
    ...rate,
    id: `r${order}`,
    order,
    ...(ADVISORS.includes(of) ? { advisorId: of } : { chatId: of }),
  }));
const policiesOf = (given: Scene) =>
  given.increments.map(({ atMs, value }, order) => ({
    id: `p${order}`,
    key: 'billingIncrementMs',
    value,
    atMs,
    order,
  }));

/** What the server would tell of the pair at `nowMs`, made from the fold alone. */
function projectionOf(given: Scene, advisorId: string): UserProjection {
  const { nowMs } = given;
  const at = () => nowMs;
  const settled = foldUser('u', factsOf(given, at, nowMs));
  // Without increments the same time costs less by the rest of the begun ones: that tells the rate of the last paid ms.
  const exact = foldUser('u', { ...factsOf(given, at, nowMs), policyChanges: [] });
  const ordered = ratesOf(given).sort(compareInForce);
  const ofAdvisor = ordered.filter((one) => one.advisorId === advisorId);
  const chats = given.chats.flatMap(({ isRunning, openedAtMs }, n): ProjectedChat[] => {
    const { id, advisorId: of } = CHATS[n]!;
    if (of !== advisorId) return [];
    const totals = settled.chats.find((chat) => chat.chatId === id)!;
    const extraMs = totals.billedMs - totals.paidMs;
    const extraUnits = totals.costUnits - exact.chats.find((chat) => chat.chatId === id)!.costUnits;
    const steps = rateSteps(
      ordered.filter((one) => one.chatId === id),
      ofAdvisor,
    );
    return [
      {
        chatId: id,
        trackedMs: totals.trackedMs,
        freeMs: totals.freeMs,
        paidMs: totals.paidMs,
        ratePerMinuteMinor: 0,
        rates: [{ atMs: 0, ratePerMinuteMinor: 0 }, ...steps],
        billingIncrementMs: billingIncrementAt(billingIncrementSteps(policiesOf(given)), openedAtMs),
        lastPaidRatePerMinuteMinor: extraMs === 0 ? 0 : extraUnits / extraMs,
        settledUntilMs: nowMs,
        ...(isRunning && { runningOnDeviceId: 'elsewhere', confirmedUntilMs: nowMs }),
      },
    ];
  });
  const pair = settled.pairs.find((one) => one.advisorId === advisorId);
  return {
    type: 'userProjection',
    id: `${advisorId}:u`,
    userId: 'u',
    advisorId,
    stateSeq: 1,
    asOfMs: nowMs,
    balanceUnits: settled.user.balanceUnits,
    reservedUnits: 0,
    creditedMinor: settled.user.creditedMinor,
    othersBurnUnitsPerMs: 0,
    freeGrantedMs: pair?.grantedMs ?? 0,
    freeLeftMs: pair?.leftMs ?? 0,
    grants: given.grants
      .filter((grant) => grant.advisorId === advisorId && grant.atMs > nowMs)
      .map(({ atMs, ms }) => ({ atMs, ms }))
      .sort((a, b) => a.atMs - b.atMs),
    ratePerMinuteMinor: 0,
    chats,
    foldVersion: FOLD_VERSION,
  };
}

it('I14: replayed by the real fold, the credits last to T* and not one millisecond longer', () => {
  const seen = { zeros: 0, withOthers: 0, onIncrement: 0 };
  fc.assert(
    fc.property(scene, (given) => {
      const { nowMs } = given;
      const [a, b] = ADVISORS.map((advisorId) => projectionOf(given, advisorId)) as [
        UserProjection,
        UserProjection,
      ];
      const others = othersStepsOf(fundsOf(b, stretchesOf(b, [], '')).pairs[0]!, nowMs, 0);
      const told: UserProjection = { ...a, othersSteps: others };
      const stretches = stretchesOf(told, [], '');
      if (stretches.length === 0) return;
      const zero = countDown(told, stretches, nowMs).zeros[0];
      // The others stopped before: what runs on then is told by another projection.
      const othersZero = countDown(
        { ...b, othersSteps: othersStepsOf(fundsOf(a, stretches).pairs[0]!, nowMs, 0) },
        stretchesOf(b, [], ''),
        nowMs,
      ).zeros[0];
      if (zero === undefined || (othersZero?.atMs ?? Infinity) < zero.atMs) return;
      const balanceAt = (untilMs: number) =>
        foldUser(
          'u',
          factsOf(given, () => untilMs),
        ).user.balanceUnits;
      if (balanceAt(nowMs) < 0) {
        // In debt nothing paid runs at all: the zero is where the first price begins.
        expect(balanceAt(zero.atMs)).toBeGreaterThanOrEqual(balanceAt(nowMs));
        return;
      }
      expect(balanceAt(zero.atMs)).toBeGreaterThanOrEqual(0);
      expect(balanceAt(zero.atMs + 1)).toBeLessThan(0);
      seen.zeros += 1;
      if (others.length > 0) seen.withOthers += 1;
      if (a.chats.some((chat) => (chat.billingIncrementMs ?? 1) > 1)) seen.onIncrement += 1;
    }),
    runs(),
  );
  expect(Math.min(seen.zeros, seen.withOthers, seen.onIncrement)).toBeGreaterThan(casesOf(500));
});
