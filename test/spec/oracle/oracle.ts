/**
 * The fold once more, as slowly and plainly as DOMAIN.md reads: it walks through time one millisecond after the other
 * and looks every question up anew. It shares no code with `shared/`, not even the parsing, so that an error would
 * have to be made twice to go unseen. Only for files whose instants are small.
 */
import { readAsWritten, type Line } from './oracle-reading.ts';

type ChatFigures = {
  chatId: string;
  trackedMs: number;
  freeMs: number;
  paidMs: number;
  billedMs: number;
  costUnits: number;
  chargeMinor: number;
};
export type OracleResult = {
  settlement: {
    chats: ChatFigures[];
    pairs: { userId: string; advisorId: string; grantedMs: number; usedMs: number; leftMs: number }[];
    users: {
      userId: string;
      creditedMinor: number;
      goodwillUnits: number;
      costUnits: number;
      chargedMinor: number;
      balanceUnits: number;
    }[];
  };
  reports: string[];
};

export function settleByOracle(text: string): OracleResult {
  const { entities, reports } = readAsWritten(text);
  const all = (type: string): Line[] =>
    entities.filter((entity) => entity.first.fact.type === type).map((entity) => entity.first);
  const copiesOf = (id: string): Line[] =>
    entities.find((entity) => entity.first.fact.id === id)?.lines ?? [];

  const placedMarks = (type: string, chatId: string): number[] =>
    all(type)
      .filter((mark) => mark.fact.chatId === chatId)
      .flatMap((mark) => {
        const verdicts = all('markAdmission').filter((verdict) => verdict.fact.markId === mark.fact.id);
        const standing = verdicts.reduce<Line | undefined>(
          (low, one) => (low === undefined || one.order < low.order ? one : low),
          undefined,
        );
        if (standing === undefined) return [mark.fact.atMs];
        return standing.fact.code === 'quarantined' ? [] : [standing.fact.atMs];
      });

  /** Every millisecond a segment counts: t stands for [t, t + 1). */
  const countedMs = (segment: Line): number[] => {
    const { fact } = segment;
    const copies = copiesOf(fact.id);
    const claimed = Math.max(...copies.map((copy) => copy.fact.elapsedMs));
    const admissions = all('segmentAdmission')
      .filter((one) => one.fact.segmentId === fact.id)
      .sort((a, b) => a.order - b.order);
    const accepted = admissions.filter((one) => one.fact.code !== 'quarantined');
    const startMs = accepted[0]?.fact.startMs ?? admissions[0]?.fact.startMs ?? fact.startedAtMs;
    const ends = placedMarks('chatEnd', fact.chatId);
    const marks = [...ends, ...placedMarks('stopMark', fact.chatId)];
    const rulings = all('ruling').filter((one) => one.fact.targetId === fact.id);
    const ruling = rulings.find((one) => rulings.every((other) => other.order <= one.order));
    let elapsed: number;
    if (ruling === undefined) {
      elapsed = claimed;
      for (const trim of all('trimMark'))
        if (trim.fact.segmentId === fact.id && trim.fact.elapsedMs < elapsed) elapsed = trim.fact.elapsedMs;
      if (accepted.length > 0) {
        const admitted = accepted.flatMap((one) =>
          copiesOf(one.fact.id).map((copy) => copy.fact.admittedElapsedMs),
        );
        elapsed = Math.min(elapsed, Math.max(...admitted));
      } else if (admissions.length > 0) elapsed = 0;
      if (fact.source === 'manual' || fact.funding === 'unfunded') elapsed = 0;
      if (ends.some((end) => startMs >= end)) elapsed = 0;
    } else {
      const upToRuling = copies
        .filter((copy) => copy.order <= ruling.order)
        .map((copy) => copy.fact.elapsedMs);
      elapsed = upToRuling.length === 0 ? 0 : Math.max(...upToRuling);
      if (ruling.fact.action === 'trim') elapsed = Math.min(elapsed, ruling.fact.elapsedMs);
      if (ruling.fact.action === 'void') elapsed = 0;
    }
    const counted: number[] = [];
    for (let t = startMs; t < startMs + elapsed; t += 1) {
      // A mark strictly inside the segment ends it: no instant from the mark on counts.
      if (marks.some((mark) => startMs < mark && mark <= t)) break;
      counted.push(t);
    }
    return counted;
  };

  const latestAt = (changes: Line[], t: number): Line | undefined => {
    const past = changes.filter((change) => change.fact.atMs <= t);
    return past.find((one) =>
      past.every(
        (other) =>
          other.fact.atMs < one.fact.atMs || (other.fact.atMs === one.fact.atMs && other.order <= one.order),
      ),
    );
  };
  const rateAt = (chat: Line, t: number): number => {
    const own = latestAt(
      all('rateChange').filter((one) => one.fact.chatId === chat.fact.id),
      t,
    );
    const ofAdvisor = latestAt(
      all('rateChange').filter((one) => one.fact.advisorId === chat.fact.advisorId),
      t,
    );
    return (own ?? ofAdvisor)?.fact.ratePerMinuteMinor ?? 0;
  };

  const chats = all('chat').sort((a, b) => inCodeUnits(a.fact.id, b.fact.id));
  const activeAt = new Map(chats.map((chat) => [chat, new Set<number>()]));
  for (const segment of all('timeSegment')) {
    const chat = chats.find((one) => one.fact.id === segment.fact.chatId) as Line;
    for (const t of countedMs(segment)) activeAt.get(chat)?.add(t);
  }

  const grants = all('freeTimeGrant');
  const pairNames: [string, string][] = [];
  for (const { fact } of [...chats, ...grants]) {
    if (!pairNames.some(([userId, advisorId]) => userId === fact.userId && advisorId === fact.advisorId))
      pairNames.push([fact.userId, fact.advisorId]);
  }
  pairNames.sort((a, b) => inCodeUnits(a[0], b[0]) || inCodeUnits(a[1], b[1]));

  const figures = new Map(chats.map((chat) => [chat, { freeMs: 0, paidMs: 0, costUnits: 0, lastRate: 0 }]));
  const pairs = pairNames.map(([userId, advisorId]) => {
    const own = chats.filter((chat) => chat.fact.userId === userId && chat.fact.advisorId === advisorId);
    const ownGrants = grants.filter(
      (grant) => grant.fact.userId === userId && grant.fact.advisorId === advisorId,
    );
    const instants = [...new Set(own.flatMap((chat) => [...(activeAt.get(chat) ?? [])]))].sort(
      (a, b) => a - b,
    );
    let usedMs = 0;
    for (const t of instants) {
      // One ms is given to one chat after the other, by id, as long as there is free time at t.
      for (const chat of own.filter((one) => activeAt.get(one)?.has(t))) {
        const figure = figures.get(chat) as {
          freeMs: number;
          paidMs: number;
          costUnits: number;
          lastRate: number;
        };
        const grantedByNow = ownGrants
          .filter((grant) => grant.fact.atMs <= t)
          .reduce((sum, grant) => sum + grant.fact.ms, 0);
        if (usedMs < grantedByNow) {
          usedMs += 1;
          figure.freeMs += 1;
        } else {
          figure.paidMs += 1;
          figure.lastRate = rateAt(chat, t);
          figure.costUnits += figure.lastRate;
        }
      }
    }
    const grantedMs = ownGrants.reduce((sum, grant) => sum + grant.fact.ms, 0);
    return { userId, advisorId, grantedMs, usedMs, leftMs: grantedMs - usedMs };
  });

  const settledChats = chats.map((chat): ChatFigures => {
    const { freeMs, paidMs, costUnits, lastRate } = figures.get(chat) as {
      freeMs: number;
      paidMs: number;
      costUnits: number;
      lastRate: number;
    };
    const policies = all('policyChange').filter((one) => one.fact.key === 'billingIncrementMs');
    const increment: number = latestAt(policies, chat.fact.openedAtMs)?.fact.value ?? 1;
    let billedMs = paidMs;
    let billedUnits = costUnits;
    while (billedMs % increment !== 0) {
      billedMs += 1;
      billedUnits += lastRate;
    }
    const chargeMinor = Math.floor(billedUnits / 60000);
    return {
      chatId: chat.fact.id,
      trackedMs: freeMs + paidMs,
      freeMs,
      paidMs,
      billedMs,
      costUnits: billedUnits,
      chargeMinor,
    };
  });

  const users = all('user')
    .sort((a, b) => inCodeUnits(a.fact.id, b.fact.id))
    .map((user) => {
      const userId: string = user.fact.id;
      const total = (type: string, field: string): number =>
        all(type).reduce((sum, one) => (one.fact.userId === userId ? sum + one.fact[field] : sum), 0);
      const own = settledChats.filter((_, index) => chats[index]?.fact.userId === userId);
      const creditedMinor =
        total('topUp', 'amountMinor') + total('refund', 'amountMinor') - total('debit', 'amountMinor');
      const goodwillUnits = total('goodwill', 'units');
      const costUnits = own.reduce((sum, chat) => sum + chat.costUnits, 0);
      const chargedMinor = own.reduce((sum, chat) => sum + chat.chargeMinor, 0);
      return {
        userId,
        creditedMinor,
        goodwillUnits,
        costUnits,
        chargedMinor,
        balanceUnits: 60000 * creditedMinor + goodwillUnits - costUnits,
      };
    });

  return { settlement: { chats: settledChats, pairs, users }, reports };
}

/** Code unit after code unit, spelled out. */
export function inCodeUnits(a: string, b: string): number {
  for (let at = 0; at < a.length && at < b.length; at += 1) {
    if (a.charCodeAt(at) !== b.charCodeAt(at)) return a.charCodeAt(at) - b.charCodeAt(at);
  }
  return a.length - b.length;
}
