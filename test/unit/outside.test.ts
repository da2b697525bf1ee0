import { expect, test } from 'vitest';
import { judgeOutside, type OutsideSession } from '../../shared/outside.ts';
import type { TimeSegment } from '../../shared/rows.ts';
import { createOutsideDesk, type OutsideDesk } from '../support/outside-desk.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const typed = (desk: OutsideDesk, change: Partial<OutsideSession> = {}): OutsideSession => ({
  ...{ timerId: null, userId: 'emma', topic: 'Phone', note: '' },
  ...{ startMs: desk.nowMs() - 30 * MINUTE, elapsedMs: 20 * MINUTE },
  ...change,
});
const timerOf = (desk: OutsideDesk) => desk.outside.snapshot().timers[0];
const segmentOf = (desk: OutsideDesk) =>
  desk.rows.find((row): row is TimeSegment => row.type === 'timeSegment');

test('a typed session is a chat of its own that is over, with a manual segment and its note', async () => {
  const desk = createOutsideDesk();
  const startMs = desk.nowMs() - 30 * MINUTE;
  await desk.outside.saveSession(typed(desk, { note: ' Wants a second session ' }));
  await desk.pass(8_000);
  expect(desk.rows.map((row) => row.type)).toEqual([
    'chat',
    'conversationTimeRecord',
    'timeSegment',
    'note',
    'chatEnd',
  ]);
  const [chat, record, segment, note, end] = desk.rows;
  expect(chat).toMatchObject({ userId: 'emma', advisorId: 'lea', topic: 'Phone', openedAtMs: startMs });
  expect(record?.id).toBe(chat?.id);
  expect(segment).toMatchObject({
    ...{ source: 'manual', funding: 'funded', closed: true, deviceId: 'd1' },
    ...{ chatId: chat?.id, startedAtMs: startMs, elapsedMs: 20 * MINUTE },
  });
  expect(note).toMatchObject({ text: 'Wants a second session', chatId: chat?.id });
  expect(end).toMatchObject({ chatId: chat?.id, atMs: startMs + 30 * MINUTE });
});

test('nothing is sent while it can be undone, and nothing ever after it was', async () => {
  const desk = createOutsideDesk();
  const id = await desk.outside.saveSession(typed(desk));
  await desk.pass(7_000);
  expect(desk.rows).toEqual([]);
  expect(desk.outside.snapshot().held).toMatchObject([{ id, kind: 'session', elapsedMs: 20 * MINUTE }]);
  await desk.outside.undo(id);
  await desk.pass(10_000);
  expect(desk.rows).toEqual([]);
  expect(desk.outside.snapshot().held).toEqual([]);
});

test('what was called saved is sent after a crash within those seconds', async () => {
  const desk = createOutsideDesk();
  await desk.outside.saveSession(typed(desk));
  desk.crash(60_000);
  await desk.pass(1_000);
  expect(segmentOf(desk)).toMatchObject({ elapsedMs: 20 * MINUTE });
});

test('a timer runs without a window and is entered with its exact length', async () => {
  const desk = createOutsideDesk();
  const id = await desk.outside.start({ userId: 'emma', topic: 'Phone' });
  const startMs = desk.nowMs();
  await desk.pass(12 * MINUTE + 30_000);
  expect(timerOf(desk)).toMatchObject({ phase: 'running', elapsedMs: 750_000, startedAtMs: startMs });
  await desk.outside.stop(id);
  await desk.pass(5_000);
  expect(timerOf(desk)).toMatchObject({ phase: 'stopped', stoppedBy: 'advisor', elapsedMs: 750_000 });
  await desk.outside.saveSession(typed(desk, { timerId: id, startMs, elapsedMs: 750_000 }));
  expect(desk.outside.snapshot().timers).toEqual([]);
  await desk.pass(8_000);
  expect(segmentOf(desk)).toMatchObject({ startedAtMs: startMs, elapsedMs: 750_000 });
});

test('an undone entry gives its timer back, and so does an undone discard', async () => {
  const desk = createOutsideDesk();
  const id = await desk.outside.start({ userId: 'emma', topic: 'Phone' });
  await desk.pass(MINUTE);
  const entry = await desk.outside.saveSession(
    typed(desk, { timerId: id, startMs: desk.nowMs() - MINUTE, elapsedMs: MINUTE }),
  );
  await desk.outside.undo(entry);
  expect(timerOf(desk)).toMatchObject({ id, phase: 'stopped', elapsedMs: MINUTE });
  await desk.outside.discard(id);
  await desk.pass(7_000);
  await desk.outside.undo(id);
  expect(timerOf(desk)).toMatchObject({ id, phase: 'stopped', elapsedMs: MINUTE });
  await desk.outside.discard(id);
  await desk.pass(8_000);
  expect(desk.outside.snapshot().timers).toEqual([]);
});

test('a crash costs a timer at most one beat, and time after it never counts by itself', async () => {
  const desk = createOutsideDesk();
  await desk.outside.start({ userId: 'emma', topic: 'Phone' });
  await desk.pass(63_000);
  desk.crash(20 * MINUTE);
  const timer = timerOf(desk);
  expect(timer).toMatchObject({ phase: 'stopped', stoppedBy: 'quit' });
  expect(timer!.elapsedMs).toBeLessThanOrEqual(63_000);
  expect(timer!.elapsedMs).toBeGreaterThan(63_000 - 5_000 - 1);
});

test('sleep stops a timer where it was last seen', async () => {
  const desk = createOutsideDesk();
  await desk.outside.start({ userId: 'emma', topic: 'Phone' });
  await desk.pass(4 * MINUTE);
  await desk.sleep(7 * MINUTE + 20_000);
  await desk.pass(3_000);
  expect(timerOf(desk)).toMatchObject({ phase: 'stopped', stoppedBy: 'sleep', elapsedMs: 4 * MINUTE });
});

test('quitting stops timers to the millisecond and sends what was entered', async () => {
  const desk = createOutsideDesk();
  await desk.outside.start({ userId: 'emma', topic: 'Phone' });
  await desk.pass(2_345);
  await desk.outside.saveSession(typed(desk));
  await desk.outside.close();
  expect(segmentOf(desk)).toMatchObject({ elapsedMs: 20 * MINUTE });
  desk.crash(DAY);
  expect(timerOf(desk)).toMatchObject({ phase: 'stopped', stoppedBy: 'quit', elapsedMs: 2_345 });
  expect(desk.outside.snapshot().held).toEqual([]);
});

test('a full disk saves nothing, and nothing says that it did', async () => {
  const desk = createOutsideDesk();
  const id = await desk.outside.start({ userId: 'emma', topic: 'Phone' });
  await desk.pass(MINUTE);
  desk.disk.isFull = true;
  await expect(desk.outside.saveSession(typed(desk, { timerId: id }))).rejects.toMatchObject({
    code: 'diskFull',
  });
  await desk.pass(20_000);
  expect(desk.rows).toEqual([]);
  expect(desk.outside.snapshot()).toMatchObject({ timers: [{ id }], held: [] });
});

test('a withdrawal is a trim to nothing by the own device, once', async () => {
  const desk = createOutsideDesk();
  await desk.outside.withdraw({ segmentId: 's1', chatId: 'chat-1' });
  await desk.outside.withdraw({ segmentId: 's1', chatId: 'chat-1' });
  await desk.pass(9_000);
  expect(desk.rows).toMatchObject([
    { type: 'trimMark', segmentId: 's1', chatId: 'chat-1', deviceId: 'd1', elapsedMs: 0 },
  ]);
});

test('the future, no length and more than a day are refused; more than 35 days ago is told', async () => {
  const desk = createOutsideDesk();
  const nowMs = desk.nowMs();
  const judge = (startMs: number, elapsedMs: number) => judgeOutside({ startMs, elapsedMs }, nowMs);
  expect(judge(nowMs - MINUTE, MINUTE)).toEqual({ refusal: null, isOld: false });
  expect(judge(nowMs - MINUTE, MINUTE + 2_001)).toMatchObject({ refusal: 'inFuture' });
  expect(judge(nowMs - MINUTE, 0)).toMatchObject({ refusal: 'noLength' });
  expect(judge(nowMs - 2 * DAY, DAY)).toMatchObject({ refusal: null });
  expect(judge(nowMs - 2 * DAY, DAY + 1)).toMatchObject({ refusal: 'tooLong' });
  expect(judge(nowMs - 35 * DAY - MINUTE, MINUTE - 1)).toEqual({ refusal: null, isOld: true });
  for (const wrong of [{ elapsedMs: 0 }, { elapsedMs: DAY + 1 }, { startMs: nowMs }])
    await expect(desk.outside.saveSession(typed(desk, wrong))).rejects.toMatchObject({ code: 'badInput' });
});
