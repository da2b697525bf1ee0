import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pullAllRows } from '../support/all-rows.ts';
import { LEA, signInAsLea, startScene, type Scene, type SceneDevice } from '../support/e2e-scene.ts';
import { call, eventually, readLive, roleOf } from '../support/e2e-windows.ts';
import { admittedUnionMs, newestById, ofType } from '../support/http-device.ts';
import { argumentsFor } from '../support/typescript-process.ts';

/** Recorded minutes pass thirty times as fast: the conversations take about ten seconds. */
const SPEED = 30;
const folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-replay-'));
const conversationsFile = path.join(folder, 'conversations.jsonl');
const answersFile = path.join(folder, 'answers.jsonl');
let scene: Scene;
let a: SceneDevice;
let desk: Page;

/** Four clients who write to one advisor within the same five minutes. */
function conversations(): string {
  const at = (seconds: number) => new Date(Date.UTC(2024, 0, 5, 12, 0, seconds)).toISOString();
  return ['mara', 'jonas', 'ana', 'tom']
    .map((userId, n) => ({
      chatId: `${userId}-recorded`,
      userId,
      advisorId: 'helper',
      source: '2024-01-05',
      messages: Array.from({ length: 8 }, (_, m) => ({
        at: at(n * 15 + m * 30),
        from: m % 2 === 0 ? 'user' : 'advisor',
        text: `${userId} ${m} ${'word '.repeat((m * 7) % 20)}`.trim(),
      })),
    }))
    .map((one) => JSON.stringify(one))
    .join('\n');
}

interface FramesSeen {
  slowestFrameMs: number;
  /** What moved, from where to where, px. */
  moved: string[];
}
/** As Chromium gives it; the DOM's types do not know it yet. */
interface LayoutShift extends PerformanceEntry {
  hadRecentInput: boolean;
  sources: { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
}

/** Frames and layout shifts from now on, in the page itself. */
function watchFrames(page: Page): Promise<void> {
  return page.evaluate(() => {
    const seen = { slowestFrameMs: 0, moved: [] as string[] };
    (globalThis as unknown as { framesSeen: typeof seen }).framesSeen = seen;
    let before = performance.now();
    const look = (now: number) => {
      seen.slowestFrameMs = Math.max(seen.slowestFrameMs, now - before);
      before = now;
      requestAnimationFrame(look);
    };
    requestAnimationFrame((now) => {
      before = now;
      requestAnimationFrame(look);
    });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as LayoutShift[]) {
        // At its end a chat trades the composer for a line; until then only the transcript may follow its newest message.
        if (entry.hadRecentInput || document.querySelector('textarea') === null) continue;
        for (const { node, previousRect, currentRect } of entry.sources) {
          const element = node instanceof Element ? node : (node?.parentElement ?? document.body);
          if (element.closest('[role="log"]') !== null || Math.abs(previousRect.y - currentRect.y) < 2)
            continue;
          seen.moved.push(`${element.tagName}.${element.className} ${previousRect.y}→${currentRect.y}`);
        }
      }
    }).observe({ type: 'layout-shift' });
  });
}

function framesSeen(page: Page): Promise<FramesSeen> {
  return page.evaluate(() => (globalThis as unknown as { framesSeen: FramesSeen }).framesSeen);
}

function replay(): Promise<{ code: number | null; said: string }> {
  const child = spawn(
    process.execPath,
    [
      ...argumentsFor('sync-server/replay-cli.ts'),
      conversationsFile,
      ...[
        '--speed',
        String(SPEED),
        '--server',
        scene.server.url,
        '--advisor',
        LEA,
        '--replay-answers',
        answersFile,
      ],
    ],
    {
      cwd: folder,
      env: { ...process.env, CHATCLOCK_PLATFORM_KEY: scene.server.platformKey },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += part.toString('utf8')));
  child.stderr.on('data', (part: Buffer) => (said += part.toString('utf8')));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

beforeAll(async () => {
  writeFileSync(conversationsFile, conversations());
  scene = await startScene({ clients: [], chats: [], deviceArgs: ['--replay-answers', answersFile] });
  a = await scene.start('a');
  desk = await signInAsLea(scene, a);
}, 120_000);
afterAll(async () => {
  await scene.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

test(
  'a replay opens four windows, answers from them, and their timers run',
  { timeout: 120_000 },
  async () => {
    await watchFrames(desk);
    const played = replay();
    const chats = await eventually(async () => {
      const pages = a.app.windows().filter((page) => roleOf(page) === 'chat');
      const assigned = await Promise.all(
        pages.map(async (page) => ((await call(page, 'readAssignedChat', null)) === null ? undefined : page)),
      );
      const open = assigned.filter((page) => page !== undefined);
      return open.length === 4 && open;
    }, 'four chat windows');
    for (const page of chats) await watchFrames(page);
    await eventually(
      async () => (await readLive(desk)).chats.filter((chat) => chat.timer === 'running').length >= 3,
      'running timers',
    );
    const { code, said } = await played;
    expect([code, said]).toEqual([0, expect.stringContaining('Played 4 conversations with 32 messages')]);

    const answers = await eventually(async () => {
      const messages = ofType(await pullAllRows(scene.organisation.supervisor), 'message').filter(
        (one) => one.from === 'advisor',
      );
      return messages.length === 16 && messages;
    }, 'the recorded answers at the server');
    expect(new Set(answers.map((message) => message.deviceId)).size).toBe(1);
    expect(new Set(answers.map((message) => message.text)).size).toBe(16);

    for (const page of [desk, ...chats.filter((page) => !page.isClosed())]) {
      const frames = await framesSeen(page);
      process.stdout.write(`${roleOf(page)}: slowest frame ${Math.round(frames.slowestFrameMs)} ms\n`);
      // The desk's lists grow by a row when a chat comes; a chat window has no reason to move.
      if (page !== desk) expect(frames.moved).toEqual([]);
    }
  },
);

test('what ran is settled for every chat of the replay', { timeout: 60_000 }, async () => {
  const rows = await eventually(async () => {
    const pulled = await pullAllRows(scene.organisation.supervisor);
    const segments = [...newestById(ofType(pulled, 'timeSegment')).values()];
    return (
      new Set(segments.map((segment) => segment.chatId)).size === 4 &&
      segments.every((segment) => segment.closed) &&
      pulled
    );
  }, 'closed segments of four chats');
  const totals = newestById(ofType(rows, 'recordTotals'));
  for (const [chatId, ms] of admittedUnionMs(rows))
    expect(totals.get(chatId)!.trackedMs).toBeLessThanOrEqual(ms);
});
