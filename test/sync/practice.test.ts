/** The practice organisation: the same story whichever way it is made, made once, and Pia who writes by herself. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMemberClient } from '../../sync-server/member-client.ts';
import { runPracticeClient } from '../../sync-server/practice/practice-client.ts';
import { PIA_WRITES, PRACTICE_CHATS, practiceChatId } from '../../sync-server/practice/practice-story.ts';
import { adminApiOf, seedDataFolder } from '../../sync-server/practice/start-practice.ts';
import { seedPractice } from '../../sync-server/seed.ts';
import { segmentRow } from '../support/device-rows.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const seed = (t: TestServer) => seedDataFolder(t.server, t.dataDir, t.clock.nowMs());
const highSeq = async (t: TestServer) => (await t.server.core.status()).highSeq;

describe('practice', () => {
  it('has an advisor and a supervisor who can sign in, with passwords only the owner of the folder reads', async () => {
    const t = await startTestServer();
    const { advisor, supervisor } = await seed(t);
    const lea = await createMemberClient({ url: t.url }).signIn({ ...advisor, deviceName: 'd' });
    const ben = await createMemberClient({ url: t.url }).signIn({ ...supervisor, deviceName: 'd' });
    expect([lea.member.role, ben.member.role]).toEqual(['advisor', 'supervisor']);
    const file = join(t.dataDir, 'practice.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ isSeeded: true, advisor });
    await t.stop();
  });

  it('has two chats of one pair, a paid one, a low one, one that waits, and ended ones without invented time', async () => {
    const t = await startTestServer();
    await seed(t);
    const read = (number: string) => t.platform.readChat(practiceChatId(number));
    expect(await read('812')).toMatchObject({
      state: 'open',
      freeLeftMs: 600_000,
      balanceUnits: 6_000 * 60_000,
    });
    expect((await read('815')).chat.userId).toBe((await read('812')).chat.userId);
    expect(await read('813')).toMatchObject({ state: 'open', freeLeftMs: 0, balanceUnits: 5_000 * 60_000 });
    // 6:00 at 2.00 a minute: after one minute of her timer less than 5:00 are left.
    expect(await read('811')).toMatchObject({ state: 'open', freeLeftMs: 0, balanceUnits: 6 * 200 * 60_000 });
    expect((await read('816')).state).toBe('waiting');
    for (const chat of PRACTICE_CHATS) {
      const { state, totals } = await read(chat.number);
      expect(totals?.trackedMs ?? 0).toBe(0);
      expect([chat.number, state === 'ended']).toEqual([chat.number, chat.endedAgoMs !== undefined]);
    }
    await t.stop();
  });

  it('is seeded once: again, later and after a crash in the middle nothing is made twice', async () => {
    const t = await startTestServer();
    const accounts = await seed(t);
    const seq = await highSeq(t);
    t.clock.pass(3_600_000);
    expect(await seed(t)).toMatchObject({ advisor: accounts.advisor });
    expect(await highSeq(t)).toBe(seq);
    // As if it had stopped before it noted that it was done.
    const target = { url: t.url, platform: t.platform, admin: adminApiOf(t.server) };
    await seedPractice(target, { ...accounts, isSeeded: false });
    expect(await highSeq(t)).toBe(seq);
    await t.stop();
  });

  it('is the same over HTTP alone, as the first supervisor of a fresh server', async () => {
    const t = await startTestServer();
    const home = await mkdtemp(join(tmpdir(), 'chatclock-practice-'));
    const { readPracticeAccounts } = await import('../../sync-server/practice/practice-accounts.ts');
    const { createSecretSource } = await import('../../sync-server/auth/secrets.ts');
    const accounts = await readPracticeAccounts(
      join(home, 'practice.json'),
      createSecretSource(),
      t.clock.nowMs(),
    );
    const ben = createMemberClient({ url: t.url });
    await ben.setUp({ code: t.server.setupCode ?? '', name: 'Ben', ...accounts.supervisor });
    await ben.signIn({ ...accounts.supervisor, deviceName: 'd' });
    await seedPractice({ url: t.url, platform: t.platform, admin: ben }, accounts);
    expect((await t.platform.readChat('practice-811')).state).toBe('open');
    await rm(home, { recursive: true });
    await t.stop();
  });
});

describe('Pia', () => {
  /** Waits end when the test lets time pass. */
  function createPatience() {
    const waiting: { untilMs: number; resolve: () => void }[] = [];
    let nowMs = 0;
    return {
      wait: (ms: number) =>
        new Promise<void>((resolve) => void waiting.push({ untilMs: nowMs + ms, resolve })),
      /** Lets ms pass, second by second, with time for requests in between. */
      async pass(ms: number, settle: () => Promise<unknown>): Promise<void> {
        for (let passed = 0; passed < ms; passed += 1_000) {
          nowMs += 1_000;
          for (const one of waiting.splice(0))
            if (one.untilMs <= nowMs) one.resolve();
            else waiting.push(one);
          for (let n = 0; n < 5; n += 1) await settle();
        }
      },
    };
  }

  it('writes for two minutes from the first timer in her chat on, answers once when Lea writes, tops up once when her credits have ended', async () => {
    const t = await startTestServer();
    const { advisor } = await seed(t);
    const lea = createMemberClient({ url: t.url });
    const { deviceId } = await lea.signIn({ ...advisor, deviceName: 'Desk' });
    const patience = createPatience();
    const settle = () => t.platform.readMessages(0);
    const piasTexts = async () =>
      (await lea.pull(0)).rows.flatMap((r) =>
        r.row.type === 'message' && r.row.id.startsWith('practice-811-') && !r.row.id.includes('message')
          ? [r.row.text]
          : [],
      );

    const running = runPracticeClient({ platform: t.platform, wait: patience.wait });
    await patience.pass(10_000, settle);
    expect(await piasTexts()).toEqual([]);

    await lea.push([segmentRow({ deviceId, nowMs: t.clock.nowMs() }, 'practice-811', 'first-segment')]);
    await patience.pass(60_000, settle);
    const early = await piasTexts();
    expect(early.length).toBeGreaterThanOrEqual(3);
    await lea.push([
      {
        type: 'message',
        id: 'lea-1',
        chatId: 'practice-811',
        from: 'advisor',
        text: 'Please choose Speakers',
        atMs: t.clock.nowMs(),
      },
    ]);
    await patience.pass(80_000, settle);
    expect((await piasTexts()).sort()).toEqual(
      [...PIA_WRITES.map(([, text]) => text), 'Yes! Now I can hear it. Thank you'].sort(),
    );

    const balanceMinor = async () => (await t.platform.readChat('practice-811')).balanceUnits! / 60_000;
    const amountMinor = await balanceMinor();
    await t.platform.put('debits', 'all-she-has', { userId: 'practice-pia', amountMinor });
    await patience.pass(18_000, settle);
    expect(await balanceMinor()).toBe(0);
    await patience.pass(5_000, settle);
    await running;
    expect(await balanceMinor()).toBe(1_000);
    expect(await piasTexts()).toContain('I have topped up, we can go on');
    await t.stop();
  });

  it('stops when her chat is ended', async () => {
    const t = await startTestServer();
    await seed(t);
    await t.platform.endChat('practice-811');
    await runPracticeClient({ platform: t.platform, wait: () => Promise.reject(new Error('waited')) });
    await t.stop();
  });
});
