/** Replay: recorded conversations through the platform API, interrupted and gone on with, nothing twice. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { openAnswersFile } from '../../sync-server/replay/answers-file.ts';
import { readConversations } from '../../sync-server/replay/replay-file.ts';
import { createReplayIds } from '../../sync-server/replay/replay-ids.ts';
import { planReplay } from '../../sync-server/replay/replay-plan.ts';
import { replay, type ReplayDeps } from '../../sync-server/replay/replay.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const line = (
  chatId: string,
  userId: string,
  advisorId: string,
  times: [string, 'user' | 'advisor', string][],
) =>
  JSON.stringify({
    chatId,
    userId,
    advisorId,
    source: 'day',
    messages: times.map(([at, from, text]) => ({ at: `2011-05-29T${at}Z`, from, text })),
  });
const FILE = [
  line('one', 'ana', 'olof', [
    ['10:00:00', 'user', 'Is there a calculator?'],
    ['10:01:00', 'advisor', 'There is'],
    ['10:03:00', 'user', 'Thanks'],
  ]),
  line('two', 'bo', 'olof', [
    ['10:00:30', 'user', 'No sound'],
    ['10:02:00', 'advisor', 'Look at the mixer'],
  ]),
  line('three', 'cy', 'pia', [['10:02:30', 'user', 'Hello?']]),
].join('\n');

let t: TestServer;
let home: string;
beforeEach(async () => {
  t = await startTestServer();
  home = await mkdtemp(join(tmpdir(), 'chatclock-replay-'));
});
afterEach(async () => {
  await t.stop();
  await rm(home, { recursive: true });
});

function depsFor(
  options: {
    run?: string;
    stopAfter?: number;
    desk?: ReplayDeps['desk'];
    advisor?: { fileId: string; serverId: string };
  } = {},
): ReplayDeps & { waits: number[] } {
  const waits: number[] = [];
  let played = 0;
  return {
    platform: t.platform,
    plan: planReplay(readConversations(FILE).conversations),
    ids: createReplayIds({
      fileText: FILE,
      run: options.run ?? '1',
      ...(options.advisor === undefined ? {} : { advisor: options.advisor }),
    }),
    speed: 2,
    clock: t.clock,
    waits,
    wait: async (ms) => {
      waits.push(ms);
      t.clock.pass(ms);
    },
    onProgress: () => {
      if (++played === options.stopAfter) throw new AppError('cancelled');
    },
    ...(options.desk === undefined ? {} : { desk: options.desk }),
  };
}
const highSeq = async () => (await t.server.core.status()).highSeq;

describe('a replay', () => {
  it('opens chats, sends the clients’ messages at their pace, ends the chats', async () => {
    const startMs = t.clock.nowMs();
    const deps = depsFor();
    const result = await replay(deps);
    expect(result).toMatchObject({ messages: 6, openChats: 0, endedChats: 3, lateMessages: 0 });
    const chat = await t.platform.readChat(deps.ids.chat('one'));
    expect(chat.state).toBe('ended');
    expect(chat.chat.openedAtMs).toBe(startMs);
    expect(chat.balanceUnits).toBe(6_000 * 60_000);
    const messages = (await t.server.core.pull({ kind: 'server' }, 0, 1_000)).rows.flatMap((r) =>
      r.row.type === 'message' ? [r.row] : [],
    );
    expect(messages.map((m) => [m.text, (m.atMs - startMs) / 1_000])).toEqual([
      ['Is there a calculator?', 0],
      ['No sound', 15],
      ['Hello?', 75],
      ['Thanks', 90],
    ]);
    expect(t.clock.nowMs() - startMs).toBe(105_000);
  });

  it('that was interrupted goes on where it stopped, at its pace, and creates nothing twice', async () => {
    await expect(replay(depsFor({ stopAfter: 5 }))).rejects.toMatchObject({ code: 'cancelled' });
    t.clock.pass(3_600_000);
    const resumed = depsFor();
    const resumedAtMs = t.clock.nowMs();
    await replay(resumed);
    // Sent long ago: open, message, open, message, answer. The next new one is chat three's opening; from there at its pace.
    expect((await t.platform.readChat(resumed.ids.chat('three'))).chat.openedAtMs).toBe(resumedAtMs);
    expect(t.clock.nowMs() - resumedAtMs).toBe((210_000 - 150_000) / 2);
    const seq = await highSeq();
    await replay(depsFor());
    expect(await highSeq()).toBe(seq);
  });

  it('of another run is another replay', async () => {
    await replay(depsFor());
    const seq = await highSeq();
    await replay(depsFor({ run: '2' }));
    expect(await highSeq()).toBeGreaterThan(seq + 20);
  });

  it('goes on when somebody has ended a chat before its time', async () => {
    const deps = depsFor({ stopAfter: 4 });
    await expect(replay(deps)).rejects.toMatchObject({ code: 'cancelled' });
    await t.platform.endChat(deps.ids.chat('one'));
    expect(await replay(depsFor())).toMatchObject({ endedChats: 3 });
  });
});

describe('with a desk that plays an advisor', () => {
  it('the chats and answers of that advisor stand in the answers file, once, also after an interruption', async () => {
    const lea = await t.addMember('advisor');
    const file = join(home, 'answers.jsonl');
    const advisor = { fileId: 'olof', serverId: lea.id };
    const desk = async () => ({
      fileAdvisorId: 'olof',
      isServers: true,
      answers: await openAnswersFile(file),
    });
    await expect(replay(depsFor({ advisor, desk: await desk(), stopAfter: 5 }))).rejects.toMatchObject({
      code: 'cancelled',
    });
    await writeFile(file, '{"id":"torn', { flag: 'a' });
    const deps = depsFor({ advisor, desk: await desk() });
    await replay(deps);
    await replay(depsFor({ advisor, desk: await desk() }));
    const lines = (await readFile(file, 'utf8')).split('\n').filter((l) => l !== '' && !l.includes('torn'));
    const [one, two] = [deps.ids.chat('one'), deps.ids.chat('two')];
    expect(lines.map((l) => JSON.parse(l)).map((l) => [l.chatId, l.text])).toEqual([
      [one, undefined],
      [two, undefined],
      [one, 'There is'],
      [two, 'Look at the mixer'],
    ]);
    expect((await t.platform.readChat(one)).chat.advisorId).toBe(lea.id);
    expect((await t.platform.readChat(deps.ids.chat('three'))).chat.advisorId).toMatch(/^replay-/);
  });
});

describe('the recorded conversations beside the project', () => {
  const file = resolve(import.meta.dirname, '../../../shared/data/irc-chats.jsonl');
  if (!existsSync(file))
    process.stderr.write('The recorded conversations are not here; this test has nothing to read.\n');

  it.runIf(existsSync(file))(
    'are all readable, and no helper holds more chats at once than happened',
    async () => {
      const { conversations, complaints } = readConversations(await readFile(file, 'utf8'));
      expect([conversations.length, complaints]).toEqual([150, []]);
      const plan = planReplay(conversations);
      const open = new Map<string, number>();
      let most = 0;
      for (const event of plan.events) {
        const advisorId = plan.conversations[event.chat]?.advisorId ?? '';
        if (event.kind === 'open') open.set(advisorId, (open.get(advisorId) ?? 0) + 1);
        if (event.kind === 'end') open.set(advisorId, (open.get(advisorId) ?? 0) - 1);
        most = Math.max(most, open.get(advisorId) ?? 0);
      }
      expect(most).toBe(4);
      expect(plan.events.length).toBe(1_637 + 2 * 150);
    },
  );
});
