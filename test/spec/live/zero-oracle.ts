/**
 * T* once more, one millisecond after the other, as DOMAIN.md reads ("Live", "The fold", "Units"). Shares no code with shared/live.
 */
import type { Funds } from '../../../shared/live/funds.ts';

interface Stepped {
  zeros: { atMs: number; chatIds: string[] }[];
  units: number;
  freeLeftMs: number[];
  paidMs: Record<string, number>;
}

/** Walks to `untilMs`; with `isStopping` paid chats stop where the credits would go below zero. */
export function stepFunds(funds: Funds, untilMs: number, isStopping: boolean): Stepped {
  let { units } = funds;
  const left = funds.pairs.map((pair) => pair.freeLeftMs);
  const taken = funds.pairs.map(() => new Set<number>());
  const chats = funds.pairs.map((pair) =>
    [...pair.chats]
      .sort((a, b) => (a.chatId < b.chatId ? -1 : 1))
      .map((chat) => ({ ...chat, isStopped: false })),
  );
  const lanes = new Set(funds.others.map((step) => step.lane));
  const zeros: Stepped['zeros'] = [];
  for (let t = funds.atMs; t < untilMs;) {
    funds.pairs.forEach((pair, p) =>
      pair.grants.forEach((grant, g) => {
        if (grant.atMs > t || taken[p]!.has(g)) return;
        taken[p]!.add(g);
        left[p]! += grant.ms;
      }),
    );
    let cost = 0;
    const free = left.map(() => 0);
    const paying: { chat: (typeof chats)[number][number]; rate: number }[] = [];
    chats.forEach((ofPair, p) => {
      for (const chat of ofPair) {
        const runs = chat.intervals.some((one) => one.startMs <= t && t < one.endMs);
        if (chat.isStopped || !runs) continue;
        if (free[p]! < left[p]!) {
          free[p]! += 1;
          continue;
        }
        let rate = 0;
        for (const step of chat.rates) if (step.atMs <= t) rate = step.ratePerMinuteMinor;
        cost += oneMoreMs(chat.paidMs, chat.incrementMs, chat.lastPaidRate, rate);
        paying.push({ chat, rate });
      }
    });
    let isOthersPaying = false;
    for (const step of funds.others) {
      if (!lanes.has(step.lane) || step.atMs > t || t >= (step.untilMs ?? Infinity)) continue;
      const before = step.begunMs + (t - step.atMs);
      cost += oneMoreMs(
        before,
        step.incrementMs,
        t > step.atMs ? step.unitsPerMs : step.lastUnitsPerMs,
        step.unitsPerMs,
      );
      isOthersPaying ||= step.unitsPerMs > 0;
    }
    const priced = paying.filter(({ rate }) => rate > 0);
    if (isStopping && (priced.length > 0 || isOthersPaying) && cost > units) {
      for (const { chat } of priced) chat.isStopped = true;
      for (const step of funds.others)
        if (step.unitsPerMs > 0 && step.atMs <= t && t < (step.untilMs ?? Infinity)) lanes.delete(step.lane);
      zeros.push({ atMs: t, chatIds: priced.map(({ chat }) => chat.chatId) });
      continue; // The same ms again, for those who go on.
    }
    units -= cost;
    free.forEach((used, p) => (left[p]! -= used));
    for (const { chat, rate } of paying) {
      chat.paidMs += 1;
      chat.lastPaidRate = rate;
    }
    t += 1;
  }
  const paidMs = Object.fromEntries(chats.flat().map((chat) => [chat.chatId, chat.paidMs]));
  return { zeros, units, freeLeftMs: left, paidMs };
}

/** Billed cost after one more paid ms minus before, with the whole increment counted at once. */
function oneMoreMs(paidMs: number, incrementMs: number, lastRate: number, rate: number): number {
  const extra = (ms: number): number => {
    let rest = 0;
    while ((ms + rest) % incrementMs !== 0) rest += 1;
    return rest;
  };
  return rate + extra(paidMs + 1) * rate - extra(paidMs) * lastRate;
}
