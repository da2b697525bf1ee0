import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  admissionOf,
  createDevice,
  createScene,
  markAdmissionOf,
  memberActor,
  seed,
  SERVER,
  T0,
  totalsOf,
  type CoreScene,
  type SceneDevice,
} from '../support/core-scene.ts';

const HOUR = 3_600_000;

describe('what the server makes of what devices claim', () => {
  let scene: CoreScene;
  let lea: SceneDevice;

  beforeEach(async () => {
    scene = await createScene();
    await seed(scene.core);
    lea = createDevice(scene, memberActor('lea'));
    await lea.anchor();
  });
  afterEach(() => scene.stop());

  it('places a segment by its boot clock, whatever the wall clock says', async () => {
    const [answer] = await lea.push(lea.segment('s1', 'chat-1', { agoMs: 60_000, startedAtMs: 5 }));
    expect(answer).toMatchObject({
      verdict: 'stored',
      id: 's1',
      code: 'admitted',
      elapsedMs: 60_000,
      closed: true,
    });
    expect(await admissionOf(scene.core, 's1')).toMatchObject({
      code: 'admitted',
      startMs: T0 - 60_000,
      admittedElapsedMs: 60_000,
      pendingMs: 0,
      flags: [],
    });
    expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({
      trackedMs: 60_000,
      freeMs: 60_000,
      paidMs: 0,
    });
  });

  it('answers a repeat with the same sequence and an old copy with what it holds', async () => {
    const [first] = await lea.push(lea.segment('s1', 'chat-1'));
    const [repeat] = await lea.push(lea.segment('s1', 'chat-1'));
    const [older] = await lea.push(
      lea.segment('s1', 'chat-1', { elapsedMs: 5_000, closed: false, closeReason: undefined }),
    );
    expect(repeat).toEqual(first);
    expect(older).toEqual(first);
  });

  it('lets a segment grow and never shrink', async () => {
    const start = lea.segment('s1', 'chat-1', { agoMs: 0, closed: false });
    await lea.push(start);
    scene.clock.advance(300_000);
    await lea.push({ ...start, elapsedMs: 300_000 });
    expect(await admissionOf(scene.core, 's1')).toMatchObject({ startMs: T0, admittedElapsedMs: 300_000 });
    await lea.push({ ...start, elapsedMs: 10_000 });
    expect(await admissionOf(scene.core, 's1')).toMatchObject({ admittedElapsedMs: 300_000 });
  });

  it('clips at now what lies within the error of the clock, answers all of it, and admits the rest when now has passed', async () => {
    // 30 ms of it the anchor's drift may explain: the start was that much earlier. 15 more the drift of the minute itself.
    const [answer] = await lea.push(lea.segment('s1', 'chat-1', { agoMs: 60_000, elapsedMs: 60_045 }));
    expect(answer).toMatchObject({ code: 'clamped', elapsedMs: 60_045, closed: true });
    expect(await admissionOf(scene.core, 's1')).toMatchObject({
      code: 'clamped',
      admittedElapsedMs: 60_030,
      pendingMs: 15,
    });
    scene.clock.advance(1_000);
    await scene.core.sweep();
    expect(await admissionOf(scene.core, 's1')).toMatchObject({
      code: 'admitted',
      admittedElapsedMs: 60_045,
      pendingMs: 0,
    });
    expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({ trackedMs: 60_045 });
  });

  it('quarantines a claim of ten hours that cannot have passed, and answers it in full', async () => {
    const [answer] = await lea.push(lea.segment('s1', 'chat-1', { agoMs: 1_000, elapsedMs: 10 * HOUR }));
    expect(answer).toMatchObject({
      verdict: 'stored',
      code: 'quarantined',
      reason: 'endBeyondNow',
      elapsedMs: 10 * HOUR,
      closed: true,
    });
    expect(await admissionOf(scene.core, 's1')).toMatchObject({ admittedElapsedMs: 0, pendingMs: 10 * HOUR });
    expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({ trackedMs: 0 });
  });

  it('keeps what was admitted when a growth is not believed', async () => {
    const start = lea.segment('s1', 'chat-1', { agoMs: 0, closed: false });
    await lea.push(start);
    scene.clock.advance(60_000);
    await lea.push({ ...start, elapsedMs: 60_000 });
    const [answer] = await lea.push({ ...start, elapsedMs: 10 * HOUR, closed: true });
    expect(answer).toMatchObject({
      code: 'admitted',
      reason: 'endBeyondNow',
      elapsedMs: 10 * HOUR,
      closed: true,
    });
    expect(await admissionOf(scene.core, 's1')).toMatchObject({
      code: 'admitted',
      admittedElapsedMs: 60_000,
      pendingMs: 10 * HOUR - 60_000,
    });
    scene.clock.advance(11 * HOUR);
    await scene.core.sweep();
    expect(await admissionOf(scene.core, 's1')).toMatchObject({ admittedElapsedMs: 60_000 });
  });

  it('does not believe more than four hours of growth without beats, and does with them', async () => {
    const silent = lea.segment('silent', 'chat-1', { agoMs: 0, closed: false });
    const beating = lea.segment('beating', 'chat-2', { agoMs: 0, closed: false });
    await lea.push(silent, beating);
    for (let hour = 1; hour <= 5; hour += 1) {
      scene.clock.advance(HOUR);
      await lea.beat([{ segmentId: 'beating', chatId: 'chat-2', elapsedMs: hour * HOUR }]);
    }
    const answers = await lea.push(
      { ...silent, elapsedMs: 5 * HOUR, closed: true },
      { ...beating, elapsedMs: 5 * HOUR, closed: true },
    );
    expect(answers).toMatchObject([{ reason: 'grownWithoutBeats' }, { code: 'admitted' }]);
    expect(await admissionOf(scene.core, 'silent')).toMatchObject({
      admittedElapsedMs: 0,
      pendingMs: 5 * HOUR,
    });
    expect(await admissionOf(scene.core, 'beating')).toMatchObject({
      admittedElapsedMs: 5 * HOUR,
      pendingMs: 0,
    });
  });

  it("keeps time for somebody else's chat for a ruling, and shows it to its author only", async () => {
    const max = createDevice(scene, memberActor('max'));
    await max.anchor();
    const [answer] = await max.push(max.segment('s1', 'chat-1'));
    expect(answer).toMatchObject({
      verdict: 'stored',
      code: 'quarantined',
      reason: 'notYourChat',
      elapsedMs: 60_000,
    });
    expect(await scene.core.find(lea.actor, 'timeSegment', 's1')).toBeUndefined();
    expect(await scene.core.find(max.actor, 'timeSegment', 's1')).toBeDefined();
    const supervisor = memberActor('sue', 'device-sue', 'supervisor');
    await scene.core.write(supervisor, [{ type: 'ruling', id: 'r1', targetId: 's1', action: 'admit' }]);
    expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({ trackedMs: 60_000 });
  });

  it('stores a second segment under one id apart and never merges it', async () => {
    await lea.push(lea.segment('s1', 'chat-1', { agoMs: 60_000 }));
    const other = lea.segment('s1', 'chat-2', { agoMs: 30_000 });
    const [answer] = await lea.push(other);
    expect(answer).toMatchObject({
      verdict: 'stored',
      id: 's1',
      code: 'quarantined',
      reason: 'idConflict',
      elapsedMs: 30_000,
    });
    expect((await lea.push(other))[0]).toEqual(answer);
    expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({ trackedMs: 60_000 });
    expect(await totalsOf(scene.core, 'chat-2')).toMatchObject({ trackedMs: 0 });
  });

  it('quarantines manual and unfunded time, time after the end of its chat, and time older than 35 days', async () => {
    await scene.core.write(SERVER, [{ type: 'chatEnd', id: 'end', chatId: 'chat-2', atMs: T0 - 90_000 }]);
    const old = createDevice(scene, memberActor('lea'), 'boot-1', T0 - 40 * 24 * HOUR);
    const answers = await lea.push(
      lea.segment('manual', 'chat-1', { source: 'manual' }),
      lea.segment('unfunded', 'chat-1', { funding: 'unfunded' }),
      lea.segment('after', 'chat-2', { agoMs: 60_000 }),
    );
    expect(answers.map((one) => 'reason' in one && one.reason)).toEqual([
      'manual',
      'unfunded',
      'afterChatEnd',
    ]);
    const fresh = createDevice(scene, memberActor('lea', 'device-2'), 'boot-9', T0 - 40 * 24 * HOUR);
    await fresh.anchor();
    expect(old.bootId).toBe('boot-1');
    const [tooOld] = await fresh.push(
      fresh.segment('old', 'chat-1', { agoMs: 36 * 24 * HOUR, elapsedMs: 1_000 }),
    );
    expect(tooOld).toMatchObject({ code: 'quarantined', reason: 'tooOld' });
  });

  it('ends a segment that began before the end of its chat there', async () => {
    const other = createDevice(scene, memberActor('lea', 'device-2'), 'boot-b');
    await other.anchor();
    await lea.push(lea.segment('s1', 'chat-1', { agoMs: 120_000 }));
    await other.push(other.chatEnd('end', 'chat-1', 60_000));
    expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({ trackedMs: 60_000 });
    expect(await admissionOf(scene.core, 's1')).toMatchObject({ code: 'admitted' });
  });

  it('never places a mark after now, and judges it once', async () => {
    const [answer] = await lea.push(lea.stopMark('m1', 'chat-1', -24 * HOUR));
    expect(answer).toMatchObject({ verdict: 'stored', code: 'admitted' });
    expect(await markAdmissionOf(scene.core, 'm1')).toMatchObject({ code: 'admitted', atMs: T0 });
    scene.clock.advance(1_000);
    expect((await lea.push(lea.stopMark('m1', 'chat-1', -24 * HOUR + 1_000)))[0]).toEqual(answer);
    expect((await lea.push(lea.stopMark('m1', 'chat-1', 5)))[0]).toMatchObject({
      verdict: 'refused',
      code: 'idConflict',
    });
  });

  it('places a start that knows a mark at the mark, so that the mark does not cut it', async () => {
    const other = createDevice(scene, memberActor('lea', 'device-2'), 'boot-b');
    await other.anchor();
    const [mark] = await other.push(other.stopMark('m1', 'chat-1', 0));
    const seq = mark?.verdict === 'stored' ? mark.seq : 0;
    scene.clock.advance(60_000);
    // This device's clock places the start a second before the mark it had seen.
    const late = lea.segment('s1', 'chat-1', { agoMs: 61_000, knownSeq: seq });
    await lea.push(late);
    expect(await admissionOf(scene.core, 's1')).toMatchObject({
      startMs: T0,
      code: 'clamped',
      admittedElapsedMs: 60_000,
      pendingMs: 1_000,
    });
    scene.clock.advance(2_000);
    await scene.core.sweep();
    expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({ trackedMs: 61_000 });
  });

  it("never places a device's own mark before what it had recorded by then", async () => {
    await lea.push(lea.segment('s1', 'chat-1', { agoMs: 60_000 }), lea.stopMark('m1', 'chat-1', 30_000));
    expect(await markAdmissionOf(scene.core, 'm1')).toMatchObject({ atMs: T0 });
    expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({ trackedMs: 60_000 });
  });

  it('keeps the order of one boot and chat however the rows are sent', async () => {
    const answers = await lea.push(
      lea.stopMark('m1', 'chat-1', 60_000),
      lea.segment('s2', 'chat-1', { agoMs: 60_000 }),
      lea.segment('s1', 'chat-1', { agoMs: 120_000, elapsedMs: 60_000 }),
    );
    expect(answers.map((one) => one.id)).toEqual(['m1', 's2', 's1']);
    expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({ trackedMs: 120_000 });
  });

  it('stores hostile instants as claimed and keeps every figure an exact number', async () => {
    const max = Number.MAX_SAFE_INTEGER;
    const answers = await lea.push(
      lea.segment('far', 'chat-1', { startedAtMonoMs: max, elapsedMs: max }),
      lea.segment('typed', 'chat-1', { source: 'manual', startedAtMs: max, elapsedMs: max }),
      lea.segment('fine', 'chat-1', { agoMs: 1_000 }),
    );
    expect(answers.map((one) => one.code)).toEqual(['quarantined', 'quarantined', 'admitted']);
    expect((await admissionOf(scene.core, 'far')).startMs).toBe(max);
    const supervisor = memberActor('sue', 'device-sue', 'supervisor');
    const ruling = { type: 'ruling', id: 'r1', targetId: 'typed', action: 'admit' } as const;
    await expect(scene.core.write(supervisor, [ruling])).rejects.toMatchObject({ code: 'badInput' });
    expect(await lea.push(lea.segment('later', 'chat-2', { agoMs: 500 }))).toMatchObject([
      { code: 'admitted' },
    ]);
  });

  it('stores pushed time although a fact makes its price more than a number holds', async () => {
    const rate = {
      type: 'rateChange',
      id: 'huge',
      chatId: 'chat-max',
      ratePerMinuteMinor: Number.MAX_SAFE_INTEGER,
      atMs: 0,
    } as const;
    await scene.core.write(SERVER, [rate]);
    const max = createDevice(scene, memberActor('max'));
    await max.anchor();
    expect(await max.push(max.segment('s1', 'chat-max'))).toMatchObject([
      { verdict: 'stored', code: 'admitted' },
    ]);
    expect((await max.beat([], ['emma'])).projections).toEqual([]);
  });

  it('takes a trim of the own device, refuses one of another', async () => {
    const other = createDevice(scene, memberActor('lea', 'device-2'), 'boot-b');
    await lea.push(lea.segment('s1', 'chat-1'));
    const trim = {
      type: 'trimMark',
      id: 't1',
      segmentId: 's1',
      chatId: 'chat-1',
      deviceId: lea.actor.deviceId,
      elapsedMs: 20_000,
    };
    expect((await other.push({ ...trim, id: 't2', deviceId: 'device-2' }))[0]).toMatchObject({
      verdict: 'refused',
      code: 'unknownReference',
    });
    expect((await other.push(trim))[0]).toMatchObject({ verdict: 'refused', code: 'notAllowed' });
    expect((await lea.push(trim))[0]).toMatchObject({ verdict: 'stored', code: 'accepted' });
    expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({ trackedMs: 20_000 });
  });

  it('keeps what a revoked device wrote as quarantined, and lets it speak to no client', async () => {
    const revoked = createDevice(scene, { ...lea.actor, isDeviceRevoked: true });
    const message = {
      type: 'message',
      id: 'msg-1',
      chatId: 'chat-1',
      from: 'advisor',
      deviceId: lea.actor.deviceId,
      text: 'hello',
      atMs: T0,
    };
    const answers = await revoked.push(
      revoked.segment('s1', 'chat-1'),
      revoked.stopMark('m1', 'chat-1'),
      message,
    );
    expect(answers).toMatchObject([
      { verdict: 'stored', code: 'quarantined', reason: 'revoked' },
      { verdict: 'stored', code: 'quarantined', reason: 'revoked' },
      { verdict: 'refused', code: 'deviceRevoked' },
    ]);
    await expect(revoked.beat()).rejects.toMatchObject({ code: 'deviceRevoked' });
    await expect(scene.core.pull(revoked.actor, 0, 10)).rejects.toMatchObject({ code: 'deviceRevoked' });
  });
});
