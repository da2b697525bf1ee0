/**
 * Reads a story in plain words, turns it into a facts file and settles it. One pair: client Mara, advisor Lea.
 *
 *   free time 10m      price 200/min        what holds from midnight on: free time, price, credit, billing step
 *   09:00 A opens                           chat A's timer starts; `on phone` names the device, else the laptop
 *   09:02 price of A 100/min                free time, price, price of A, credit, billing step from an instant on
 *   09:08 A pauses                          closes the device's segment and stops the chat on every device
 *   09:09 A closes                          the same, and the chat ends
 *   09:09 A goes silent on phone            the segment ends there, without a mark
 *   09:10 A was idle since 09:06            the device takes back the end of its last segment
 *   09:30 A adds 10m by hand from 09:00     a manual segment
 *   09:31 supervisor admits A               or `voids A`, `trims A to 5m`: rules on A's latest segment
 *   => free 10m, paid 5m, charge 1000       all chats together; also `left`, `balance` (minor credits), `=> A paid 5m`
 *
 * What follows # is a remark. Times are hours and minutes, seconds if need be; durations are like 5m, 90s, 7ms.
 */
import { parseFacts } from '../../shared/facts/parse-facts.ts';
import { foldFacts } from '../../shared/fold/fold.ts';
import type { Settlement } from '../../shared/fold/settlement.ts';

type Segment = {
  id: string;
  chat: string;
  device: string;
  startedAtMs: number;
  elapsedMs: number;
  closed: boolean;
  source: string;
};

/** What the story promises and what the fold gives, line by line, in the words of the story. */
export function tell(story: string): { promised: string[]; settled: string[] } {
  const facts: object[] = [
    { type: 'user', id: 'mara' },
    { type: 'advisor', id: 'lea' },
  ];
  const segments: Segment[] = [];
  const promised: string[] = [];
  let nowMs = 0;
  const nextId = (): string => `f${facts.length}`;
  const add = (fact: object): void => void facts.push({ id: nextId(), ...fact });
  const addSegment = (segment: Omit<Segment, 'id'>): void =>
    void segments.push({ ...segment, id: `s${segments.length}` });
  const stop = (chat: string, device: string): void => {
    for (const one of segments) {
      if (one.chat !== chat || one.device !== device || one.closed) continue;
      one.elapsedMs = nowMs - one.startedAtMs;
      one.closed = true;
    }
  };
  const latest = (chat: string): Segment => {
    const found = segments.filter((one) => one.chat === chat).at(-1);
    if (found === undefined) throw new Error(`nothing was recorded for ${chat}`);
    return found;
  };

  const sentences: [RegExp, (...words: string[]) => void][] = [
    [
      /^free time (\S+)$/,
      (length) =>
        add({ type: 'freeTimeGrant', userId: 'mara', advisorId: 'lea', ms: msOf(length), atMs: nowMs }),
    ],
    [
      /^price (\d+)\/min$/,
      (rate) => add({ type: 'rateChange', advisorId: 'lea', ratePerMinuteMinor: Number(rate), atMs: nowMs }),
    ],
    [
      /^price of (\w+) (\d+)\/min$/,
      (chat, rate) =>
        add({ type: 'rateChange', chatId: chat, ratePerMinuteMinor: Number(rate), atMs: nowMs }),
    ],
    [
      /^credit (\d+)$/,
      (amount) => add({ type: 'topUp', userId: 'mara', amountMinor: Number(amount), atMs: nowMs }),
    ],
    [
      /^billing step (\S+)$/,
      (length) => add({ type: 'policyChange', key: 'billingIncrementMs', value: msOf(length), atMs: nowMs }),
    ],
    [
      /^(\w+) opens(?: on (\w+))?$/,
      (chat, device) => {
        if (!facts.some((fact) => 'id' in fact && fact.id === chat))
          add({ type: 'chat', id: chat, userId: 'mara', advisorId: 'lea', openedAtMs: nowMs });
        addSegment({
          chat: chat as string,
          device: device ?? 'laptop',
          startedAtMs: nowMs,
          elapsedMs: 0,
          closed: false,
          source: 'timer',
        });
      },
    ],
    [
      /^(\w+) (pauses|closes|goes silent)(?: on (\w+))?$/,
      (chat, how, device = 'laptop') => {
        stop(chat as string, device);
        if (how === 'pauses') add({ type: 'stopMark', chatId: chat, deviceId: device, atMs: nowMs });
        if (how === 'closes') add({ type: 'chatEnd', chatId: chat, atMs: nowMs });
      },
    ],
    [
      /^(\w+) was idle since (\S+)$/,
      (chat, since) => {
        const segment = latest(chat as string);
        add({
          type: 'trimMark',
          segmentId: segment.id,
          deviceId: segment.device,
          elapsedMs: instantOf(since) - segment.startedAtMs,
        });
      },
    ],
    [
      /^(\w+) adds (\S+) by hand from (\S+)$/,
      (chat, length, from) =>
        addSegment({
          chat: chat as string,
          device: 'laptop',
          startedAtMs: instantOf(from),
          elapsedMs: msOf(length),
          closed: true,
          source: 'manual',
        }),
    ],
    [
      /^supervisor admits (\w+)$/,
      (chat) => add({ type: 'ruling', targetId: latest(chat as string).id, action: 'admit' }),
    ],
    [
      /^supervisor voids (\w+)$/,
      (chat) => add({ type: 'ruling', targetId: latest(chat as string).id, action: 'void' }),
    ],
    [
      /^supervisor trims (\w+) to (\S+)$/,
      (chat, length) =>
        add({ type: 'ruling', targetId: latest(chat as string).id, action: 'trim', elapsedMs: msOf(length) }),
    ],
  ];

  for (const line of story.split('\n').map((one) => one.replace(/#.*/, '').trim())) {
    if (line.startsWith('=>')) {
      promised.push(line.slice(2).trim());
      continue;
    }
    const timed = /^(\d\d:\d\d\S*)\s+(.*)$/.exec(line);
    if (timed) nowMs = instantOf(timed[1]);
    for (const clause of timed ? [timed[2] as string] : line.split(/\s{2,}/).filter((one) => one !== '')) {
      const sentence = sentences.find(([pattern]) => pattern.test(clause));
      if (sentence === undefined) throw new Error(`the story says "${clause}", which nobody understands`);
      sentence[1](...(sentence[0].exec(clause) as RegExpExecArray).slice(1));
    }
  }
  // What still runs when the story ends has grown up to there.
  for (const { chat, device } of [...segments]) {
    const open = segments.filter((one) => one.chat === chat && one.device === device && !one.closed);
    for (const one of open) one.elapsedMs = nowMs - one.startedAtMs;
  }
  const rows = segments.map(({ chat, device, ...rest }) => ({
    type: 'timeSegment',
    chatId: chat,
    deviceId: device,
    ...rest,
  }));
  const { facts: accepted, reports } = parseFacts(
    [...facts.slice(0, 2), ...rows, ...facts.slice(2)].map((fact) => JSON.stringify(fact)).join('\n'),
  );
  if (reports.length > 0) throw new Error(`the story was left out in part: ${JSON.stringify(reports)}`);
  const settlement = foldFacts(accepted);
  return {
    promised: promised.map(normalize),
    settled: promised.map((promise) => inTheWordsOf(promise, settlement)),
  };
}

/** Says of the settlement exactly what the promise speaks of. */
function inTheWordsOf(promise: string, { chats, pairs, users }: Settlement): string {
  const ofChat = /^([A-Z]\w*) /.exec(promise)?.[1];
  const meant = ofChat === undefined ? chats : chats.filter((chat) => chat.chatId === ofChat);
  const sum = (field: 'trackedMs' | 'freeMs' | 'paidMs' | 'billedMs' | 'chargeMinor'): number =>
    meant.reduce((total, chat) => total + chat[field], 0);
  const figures: Record<string, number | undefined> = {
    tracked: sum('trackedMs'),
    free: sum('freeMs'),
    paid: sum('paidMs'),
    billed: sum('billedMs'),
    left: pairs[0]?.leftMs,
    charge: sum('chargeMinor'),
    balance: Math.floor((users[0]?.balanceUnits ?? 0) / 60000),
  };
  const isMoney = (word: string): boolean => word === 'charge' || word === 'balance';
  const said = clausesOf(promise).map(([word]) => `${word} ${figures[word]}${isMoney(word) ? '' : 'ms'}`);
  return `${ofChat === undefined ? '' : `${ofChat} `}${said.join(', ')}`;
}

function normalize(promise: string): string {
  const ofChat = /^([A-Z]\w* )/.exec(promise)?.[1] ?? '';
  const said = clausesOf(promise).map(
    ([word, value]) => `${word} ${word === 'charge' || word === 'balance' ? value : `${msOf(value)}ms`}`,
  );
  return `${ofChat}${said.join(', ')}`;
}

function clausesOf(promise: string): [string, string][] {
  return promise
    .replace(/^[A-Z]\w* /, '')
    .split(/,\s*/)
    .map((clause) => clause.split(' ') as [string, string]);
}

/** "5m", "90s", "1h", "7ms" or "5m30s", in ms. */
function msOf(length: string | undefined): number {
  const parts = [...(length ?? '').matchAll(/(\d+)(ms|h|m|s)/g)];
  if (parts.map(([part]) => part).join('') !== length) {
    if (length === '0') return 0;
    throw new Error(`"${length}" is no duration`);
  }
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit as string] as number), 0);
}

/** "09:05" or "09:05:30" as ms since midnight. */
function instantOf(clock: string | undefined): number {
  const [hours, minutes, seconds] = (clock ?? '').split(':').map(Number);
  return ((hours ?? 0) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000;
}
