import { describe, expect, it } from 'vitest';
import { createNotices, type FocusedWindow } from '../../electron/notices/notices.ts';
import type { ShownNotice } from '../../electron/notices/system-notifications.ts';
import type { LiveChat, LiveClient, LiveSnapshot } from '../../shared/live.ts';
import { badgeOf, messageNotices, type AttentionChat } from '../../shared/notices/attention.ts';
import { lookAtMoney } from '../../shared/notices/money-notices.ts';
import type { MessageNotice, Notice, NoticeKind } from '../../shared/notices/notice.ts';
import { noticeWords, type NoticeText } from '../../shared/notices/notice-words.ts';
import { FOREVER_MS, parsePreferences, type Preferences } from '../../shared/preferences.ts';

const MARA: AttentionChat = {
  chatId: 'mara-1',
  clientName: 'Mara Lindt',
  unreadCount: 1,
  text: 'hello',
  atMs: 2_000_000,
};
const JONAS: AttentionChat = {
  chatId: 'jonas-1',
  clientName: 'Jonas Pohl',
  unreadCount: 2,
  text: 'ok',
  atMs: 2_000_000,
};

type Told = Partial<LiveChat> & Partial<LiveClient>;

/** Chats `${client}-${n}`; what is told of a client holds for all its chats. */
function liveOf(told: Record<string, Told>): LiveSnapshot {
  const userOf = (chatId: string) => chatId.split('-')[0]!;
  return {
    chats: Object.entries(told).map(([chatId, one]) => ({
      ...{ chatId, userId: userOf(chatId), timer: 'running', mayResume: null, stoppedBy: null },
      ...one,
    })),
    clients: Object.entries(told).map(([chatId, one]) => ({
      ...{ userId: userOf(chatId), kind: 'paid', warningMs: null, totalLeftMs: 900_000 },
      ...one,
    })),
  } as unknown as LiveSnapshot;
}

/** What a course of snapshots tells, after the first. */
function toldBy(...course: Record<string, Told>[]): Notice[] {
  let told = lookAtMoney(null, liveOf(course[0]!)).told;
  return course.slice(1).flatMap((step) => {
    const looked = lookAtMoney(told, liveOf(step));
    told = looked.told;
    return looked.notices;
  });
}

const RUNS: Told = {};
const AT_TWO: Told = { kind: 'low', warningMs: 120_000, totalLeftMs: 119_400 };
const STOPPED: Told = { timer: 'exhausted', stoppedBy: 'exhausted', kind: 'exhausted', totalLeftMs: 0 };

describe('Money', () => {
  it('calls once at 2:00, not at 5:00 or 1:00, and not again after a pause or a wavering figure', () => {
    expect(
      toldBy(
        { 'mara-1': RUNS },
        { 'mara-1': { kind: 'low', warningMs: 300_000, totalLeftMs: 300_000 } },
        { 'mara-1': AT_TWO },
        { 'mara-1': { ...AT_TWO, timer: 'paused', warningMs: null } },
        { 'mara-1': AT_TWO },
        { 'mara-1': { kind: 'low', warningMs: 300_000, totalLeftMs: 140_000 } },
        { 'mara-1': { kind: 'low', warningMs: 60_000, totalLeftMs: 59_000 } },
      ),
    ).toEqual([{ kind: 'low', userId: 'mara', leftMs: 119_400 }]);
  });

  it('calls again when credits came and ran low anew, and when a chat starts with less', () => {
    const low = { kind: 'low', userId: 'mara', leftMs: 119_400 };
    expect(
      toldBy({ 'mara-1': RUNS }, { 'mara-1': AT_TWO }, { 'mara-1': RUNS }, { 'mara-1': AT_TWO }),
    ).toEqual([low, low]);
    expect(
      toldBy({ 'mara-1': RUNS }, { 'mara-1': { ...AT_TWO, warningMs: 60_000, totalLeftMs: 40_000 } }),
    ).toEqual([{ ...low, leftMs: 40_000 }]);
  });

  it('tells the joint stop of all chats as one, and what goes on after it', () => {
    const both = (one: Told) => ({ 'mara-1': one, 'mara-2': one });
    const asked: Told = { ...STOPPED, mayResume: 'ask', kind: 'paid', totalLeftMs: 60_000 };
    expect(toldBy(both(AT_TWO), both(STOPPED), both(STOPPED), both(RUNS))).toEqual([
      { kind: 'stopped', userId: 'mara', by: 'exhausted', chats: 2 },
      { kind: 'resumed', userId: 'mara', isByItself: true },
    ]);
    expect(toldBy(both(STOPPED), both(asked), both(asked))).toEqual([
      { kind: 'resumed', userId: 'mara', isByItself: false },
    ]);
    expect(toldBy(both(RUNS), both({ ...STOPPED, stoppedBy: 'lapsed' }))).toMatchObject([{ by: 'lapsed' }]);
  });

  it('knows everything of the first look', () => {
    expect(lookAtMoney(null, liveOf({ 'mara-1': STOPPED, 'jonas-1': AT_TWO })).notices).toEqual([]);
  });
});

describe('Chats that need the advisor', () => {
  it('call with what is new in them since the last list', () => {
    expect(messageNotices(null, [MARA], 1_000_000)).toEqual([]);
    expect(messageNotices([MARA], [{ ...MARA, unreadCount: 3, text: 'three' }, JONAS], 1_000_000)).toEqual([
      { kind: 'message', chatId: 'mara-1', clientName: 'Mara Lindt', text: 'three', count: 2 },
      { kind: 'message', chatId: 'jonas-1', clientName: 'Jonas Pohl', text: 'ok', count: 2 },
    ]);
    const opened = { ...MARA, unreadCount: 0, text: '' };
    expect(messageNotices([], [opened], 1_000_000)).toMatchObject([{ count: 0 }]);
    expect(messageNotices([opened], [opened], 1_000_000)).toEqual([]);
    expect(messageNotices([], [opened, MARA], 2_000_001)).toEqual([]);
    expect(messageNotices([opened], [MARA], 1_000_000)).toMatchObject([{ count: 1 }]);
  });

  it('are counted once on the badge, unread or low', () => {
    expect(badgeOf([], null)).toBe(0);
    const opened = { ...MARA, unreadCount: 0 };
    expect(badgeOf([opened], liveOf({ 'mara-1': { isOpen: false } }))).toBe(1);
    expect(badgeOf([opened], liveOf({ 'mara-1': { isOpen: true } }))).toBe(0);
    const live = liveOf({
      'mara-1': AT_TWO,
      'mara-2': { ...AT_TWO, timer: 'idle' },
      'ana-1': STOPPED,
      'tom-1': RUNS,
    });
    expect(badgeOf([MARA, JONAS], live)).toBe(3);
  });
});

describe('The words', () => {
  const message: MessageNotice = {
    kind: 'message',
    chatId: 'mara-1',
    clientName: 'Mara Lindt',
    text: 'hello',
    count: 1,
  };
  const all: Notice[] = [
    message,
    { kind: 'low', userId: 'mara', leftMs: 119_400 },
    { kind: 'stopped', userId: 'mara', by: 'exhausted', chats: 2 },
    { kind: 'resumed', userId: 'mara', isByItself: false },
    { kind: 'away', chats: 3 },
  ];
  const nameOf = () => 'Mara Lindt';
  const line = ({ title, body }: NoticeText) => `${title} | ${body}`.replace(/[\u2068\u2069]/g, '');

  it('name nobody and quote nothing unless that is chosen', () => {
    for (const notice of all) {
      const several =
        notice.kind === 'away'
          ? [notice]
          : [notice, { ...notice, ...({ chatId: 'b', userId: 'b' } as object) }];
      for (const notices of [[notice], several])
        expect(line(noticeWords(notices, 'hidden', nameOf))).not.toMatch(/Mara|hello/);
    }
    expect(all.map((notice) => line(noticeWords([notice], 'full', nameOf)))).toEqual([
      'Mara Lindt | hello',
      'Mara Lindt: 2 minutes left | The clock stops by itself when nothing is left.',
      'Mara Lindt: time has stopped | The credits ended. 2 chats stand still; nothing more is billed.',
      'Mara Lindt: there are credits again | The clock stands still until you resume.',
      '3 chats stopped: nobody was there | On the desk you decide whether the minutes count.',
    ]);
  });

  it('are one sentence for several chats, with three names at most', () => {
    const many = ['Ana', 'Ben', 'Eva', 'Kim', 'Tom'].map((name) => ({
      ...message,
      chatId: name,
      clientName: name,
    }));
    expect(line(noticeWords(many, 'full', nameOf))).toBe(
      '5 new messages in 5 chats | Ana, Ben, Eva and 2 more',
    );
    expect(line(noticeWords(many, 'hidden', nameOf))).toBe('5 new messages in 5 chats | ');
  });

  it('keep what a client wrote on one line and in its own direction', () => {
    const { title, body } = noticeWords(
      [{ ...message, clientName: 'a\u202Eb\nc', text: `x\n${'😀'.repeat(300)}` }],
      'full',
      nameOf,
    );
    expect(title).toBe('\u2068a b c\u2069');
    expect(body).toMatch(/^\u2068x 😀+…\u2069$/u);
    expect([...body].length).toBe(202);
  });
});

/** Notices on a clock of their own, with what the system showed. */
function scene(chosen: Partial<Preferences> = {}) {
  let nowMs = 1_000_000;
  let due: { atMs: number; task: () => void }[] = [];
  const shown: (NoticeText & { isOpen: boolean; click(): void; dismiss(): void })[] = [];
  const sounds: NoticeKind[] = [];
  const followed: (readonly Notice[])[] = [];
  const state = { focused: null as FocusedWindow, chosen: parsePreferences(chosen) };
  const notices = createNotices({
    port: {
      show(text, on): ShownNotice {
        const one = { ...text, isOpen: true, click: on.click, dismiss: on.closed };
        shown.push(one);
        return { close: () => void (one.isOpen = false) };
      },
    },
    schedule(ms, task) {
      const planned = { atMs: nowMs + ms, task };
      due.push(planned);
      return () => void (due = due.filter((one) => one !== planned));
    },
    clock: { monoMs: () => nowMs, wallMs: () => nowMs },
    serverNowMs: () => nowMs,
    preferences: () => state.chosen,
    focused: () => state.focused,
    openChats: () => [{ chatId: 'mara-1', userId: 'mara', clientName: 'Mara Lindt' }],
    sound: (kind) => sounds.push(kind),
    follow: (what) => followed.push(what),
    onAttention: () => undefined,
  });
  notices.attend([]);
  notices.live(liveOf({ 'mara-1': RUNS }));
  return {
    ...{ notices, shown, sounds, followed, state },
    open: () => shown.filter(({ isOpen }) => isOpen).map(({ title }) => title),
    pass(ms: number): void {
      for (const endMs = nowMs + ms; ;) {
        const next = due.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) return void (nowMs = endMs);
        nowMs = next.atMs;
        due = due.filter((one) => one !== next);
        next.task();
      }
    },
  };
}

describe('Notices', () => {
  it('make one call of a burst, and count on while nobody reads', () => {
    const { notices, shown, sounds, open, pass } = scene();
    for (let count = 1; count <= 5; count += 1) {
      notices.attend([
        { ...MARA, unreadCount: count },
        { ...JONAS, unreadCount: count },
      ]);
      pass(100);
    }
    pass(1_000);
    expect([open(), sounds]).toEqual([['10 new messages in 2 chats'], ['message']]);
    for (let count = 6; count <= 9; count += 1) {
      notices.attend([
        { ...MARA, unreadCount: count },
        { ...JONAS, unreadCount: 5 },
      ]);
      pass(2_000);
    }
    pass(10_000);
    expect(open()).toEqual(['14 new messages in 2 chats']);
    expect([shown.length, sounds.length]).toEqual([2, 2]);
  });

  it('go when what they speak of was read', () => {
    const { notices, open, pass } = scene();
    notices.attend([MARA]);
    pass(1_000);
    expect(open()).toEqual(['New message']);
    notices.attend([]);
    expect(open()).toEqual([]);
    notices.attend([JONAS]);
    notices.attend([]);
    pass(60_000);
    expect(open()).toEqual([]);
  });

  it('are not shown for the window in front; money is heard there all the same', () => {
    const { notices, shown, sounds, state, pass } = scene();
    state.focused = { chatId: 'mara-1', isDesk: false };
    notices.attend([MARA]);
    pass(1_000);
    expect([shown, sounds]).toEqual([[], []]);
    notices.live(liveOf({ 'mara-1': AT_TWO }));
    pass(1_000);
    expect([shown, sounds]).toEqual([[], ['low']]);
    notices.attend([MARA, JONAS]);
    pass(1_000);
    expect(shown.map(({ title }) => title)).toEqual(['2 new messages']);
    state.focused = { chatId: null, isDesk: true };
    notices.attend([MARA, { ...JONAS, unreadCount: 3 }]);
    pass(20_000);
    expect(shown).toHaveLength(1);
  });

  it('lead to what they speak of, once', () => {
    const { notices, shown, followed, pass } = scene();
    notices.attend([MARA]);
    pass(1_000);
    shown[0]!.click();
    notices.attend([{ ...MARA, unreadCount: 2 }]);
    pass(20_000);
    shown[1]!.dismiss();
    notices.attend([{ ...MARA, unreadCount: 3 }]);
    pass(20_000);
    expect(shown.map(({ title }) => title)).toEqual(['New message', 'New message', 'New message']);
    expect(followed).toMatchObject([[{ kind: 'message', chatId: 'mara-1' }]]);
  });

  it('replace an older word on the same client’s money', () => {
    const { notices, open, sounds, pass } = scene();
    notices.live(liveOf({ 'mara-1': AT_TWO }));
    pass(1_000);
    expect(open()).toEqual(['A client has 2 minutes left']);
    notices.live(liveOf({ 'mara-1': STOPPED }));
    pass(1_000);
    expect(open()).toEqual(['A client’s time has stopped']);
    notices.live(liveOf({ 'mara-1': RUNS }));
    pass(1_000);
    expect(open()).toEqual(['A client’s time goes on']);
    expect(sounds).toEqual(['low', 'stopped', 'resumed']);
  });

  it('say that stops wait to be decided until they are', () => {
    const { notices, open, pass } = scene();
    const rows = (count: number) => ({ rows: Array.from({ length: count }, () => ({})) as never[] });
    notices.away(rows(3));
    pass(1_000);
    expect(open()).toEqual(['3 chats stopped: nobody was there']);
    notices.away(rows(0));
    expect(open()).toEqual([]);
  });

  it('name nobody on a locked screen, whatever was chosen', () => {
    const { notices, open, pass } = scene({ notices: 'full' });
    notices.attend([MARA]);
    pass(1_000);
    expect(open().join()).toContain('Mara Lindt');
    notices.lock();
    expect(open()).toEqual([]);
    notices.attend([{ ...MARA, unreadCount: 2 }]);
    pass(20_000);
    expect(open()).toEqual(['2 new messages']);
  });

  it('do not disturb while that is chosen, nor for a muted chat, nor when they are off', () => {
    const { notices, shown, sounds, state, pass } = scene({ quietUntilMs: FOREVER_MS });
    notices.attend([MARA]);
    notices.live(liveOf({ 'mara-1': STOPPED }));
    pass(20_000);
    state.chosen = parsePreferences({ mutedChatIds: ['mara-1'] });
    notices.attend([{ ...MARA, unreadCount: 2 }]);
    pass(20_000);
    expect([shown, sounds]).toEqual([[], []]);
    state.chosen = parsePreferences({ notices: 'off' });
    notices.attend([{ ...MARA, unreadCount: 3 }]);
    pass(20_000);
    expect([shown, sounds]).toEqual([[], ['message']]);
    state.chosen = parsePreferences({ soundVolume: 0 });
    notices.attend([{ ...MARA, unreadCount: 4 }]);
    pass(20_000);
    expect([shown.length, sounds]).toEqual([1, ['message']]);
  });

  it('tell nothing of the member before', () => {
    const { notices, open, pass } = scene();
    notices.attend([MARA]);
    pass(1_000);
    notices.attend([MARA, JONAS]);
    notices.forget();
    pass(60_000);
    notices.attend([MARA, JONAS]);
    pass(60_000);
    expect(open()).toEqual([]);
  });
});
