/** Bad input over HTTP: each row is answered by itself, nothing valid is blocked, nothing is lost. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MESSAGE_MAX_LENGTH } from '../../shared/rows.ts';
import { segmentRow } from '../support/device-rows.ts';
import { startTestServer, type TestMember, type TestServer } from '../support/test-server.ts';

let t: TestServer;
let lea: TestMember;
let noor: TestMember;
beforeAll(async () => {
  t = await startTestServer();
  lea = await t.addMember('advisor');
  noor = await t.addMember('advisor');
  await t.platform.put('users', 'mara', { name: 'Mara' });
  await t.platform.put('chats', 'lea-chat', {
    userId: 'mara',
    advisorId: lea.id,
    openedAtMs: t.clock.nowMs() - 3_600_000,
  });
  await t.platform.put('chats', 'noor-chat', { userId: 'mara', advisorId: noor.id });
});
afterAll(() => t.stop());

const message = (id: string, chatId: string, text = 'Hello') => ({
  type: 'message',
  id,
  chatId,
  from: 'advisor',
  text,
  atMs: t.clock.nowMs(),
});
const writer = () => ({ deviceId: lea.session.deviceId, nowMs: t.clock.nowMs() });

describe('a push', () => {
  it('with malformed rows in the middle stores the others and answers in order', async () => {
    const answers = await lea.client.push([
      message('m-1', 'lea-chat'),
      null,
      'text',
      { type: 'message', id: 'm-2' },
      { type: 'noSuchType', id: 'm-3' },
      { ...message('m-4', 'lea-chat'), atMs: -1 },
      { ...segmentRow(writer(), 'lea-chat', 's-1'), elapsedMs: 0.5 },
      { ...segmentRow(writer(), 'lea-chat', 's-2'), elapsedMs: 2 ** 53 },
      { ...message('m-5', 'lea-chat'), __proto__: { admin: true }, balanceUnits: 1 },
      message('m-6', 'lea-chat'),
    ]);
    expect(answers.map((a) => [a.id, a.verdict, a.code])).toEqual([
      ['m-1', 'stored', 'accepted'],
      ['', 'refused', 'badInput'],
      ['', 'refused', 'badInput'],
      ['m-2', 'refused', 'badInput'],
      ['m-3', 'refused', 'badInput'],
      ['m-4', 'refused', 'badInput'],
      ['s-1', 'refused', 'badInput'],
      ['s-2', 'refused', 'badInput'],
      ['m-5', 'stored', 'accepted'],
      ['m-6', 'stored', 'accepted'],
    ]);
    expect(await t.server.core.find({ kind: 'server' }, 'message', 'm-5')).toEqual(
      message('m-5', 'lea-chat'),
    );
  });

  it('for a chat nobody knows waits for it, and is there when it comes', async () => {
    expect(await lea.client.push([message('early', 'future-chat')])).toMatchObject([
      { verdict: 'stored', code: 'waitsForChat' },
    ]);
    await t.platform.put('chats', 'future-chat', { userId: 'mara', advisorId: lea.id });
    expect(await t.server.core.find({ kind: 'server' }, 'message', 'early')).toEqual(
      message('early', 'future-chat'),
    );
  });

  it("for someone else's chat is refused, except time, which is kept for a ruling", async () => {
    const answers = await lea.client.push([
      message('foreign', 'noor-chat'),
      segmentRow(writer(), 'noor-chat', 'foreign-segment'),
    ]);
    expect(answers).toMatchObject([
      { verdict: 'refused', code: 'notYourChat' },
      { verdict: 'stored', code: 'quarantined', reason: 'notYourChat' },
    ]);
  });

  it('of time after a chat was ended is quarantined afterChatEnd', async () => {
    await t.platform.put('chats', 'ended-chat', {
      userId: 'mara',
      advisorId: lea.id,
      openedAtMs: t.clock.nowMs() - 3_600_000,
    });
    await t.platform.endChat('ended-chat', { atMs: t.clock.nowMs() - 120_000 });
    expect(await lea.client.push([segmentRow(writer(), 'ended-chat', 'late')])).toMatchObject([
      { verdict: 'stored', code: 'quarantined', reason: 'afterChatEnd' },
    ]);
  });

  it('of a length that reaches beyond now is not counted beyond it', async () => {
    const [answer] = await lea.client.push([segmentRow(writer(), 'lea-chat', 'too-long', 10 * 3_600_000)]);
    expect(answer?.verdict).toBe('stored');
    const admission = (await lea.client.pull(0)).rows.flatMap((r) =>
      r.row.type === 'segmentAdmission' && r.row.segmentId === 'too-long' ? [r.row] : [],
    )[0];
    expect((admission?.startMs ?? 0) + (admission?.admittedElapsedMs ?? Infinity)).toBeLessThanOrEqual(
      t.clock.nowMs(),
    );
  });

  it('of a message that is too long says messageTooLong and stores its neighbours', async () => {
    const answers = await lea.client.push([
      message('long', 'lea-chat', 'x'.repeat(MESSAGE_MAX_LENGTH + 1)),
      message('short', 'lea-chat'),
    ]);
    expect(answers).toMatchObject([
      { verdict: 'refused', code: 'messageTooLong' },
      { verdict: 'stored', code: 'accepted' },
    ]);
  });

  it('of a row under a taken id answers idConflict, the same row again is the same answer', async () => {
    const [first] = await lea.client.push([message('taken', 'lea-chat', 'one')]);
    expect(await lea.client.push([message('taken', 'lea-chat', 'one')])).toEqual([first]);
    expect(await lea.client.push([message('taken', 'lea-chat', 'two')])).toMatchObject([
      { verdict: 'refused', code: 'idConflict' },
    ]);
  });
});

describe('a beat', () => {
  it('with impossible figures is refused as badInput', async () => {
    const beat = { bootId: 'boot-1', sentAtMonoMs: 1, running: [], userIds: [] };
    const send = (body: unknown) => t.request('POST', '/v1/beat', { headers: lea.headers, body });
    expect((await send(beat)).status).toBe(200);
    for (const bad of [
      { ...beat, sentAtMonoMs: -1 },
      { ...beat, sentAtMonoMs: 1.5 },
      { ...beat, running: [{ segmentId: 's' }] },
      { ...beat, bootId: '' },
      [],
    ]) {
      expect((await send(bad)).body.code).toBe('badInput');
    }
  });
});
