/** Rows of a boot without an anchor, and rows that come before their chat. */
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
} from '../support/core-scene.ts';

const HOUR = 3_600_000;

describe('a boot that never had an anchor', () => {
  let scene: CoreScene;
  beforeEach(async () => {
    scene = await createScene();
    await seed(scene.core);
  });
  afterEach(() => scene.stop());

  it('is placed so that it ended at the latest when it arrived, and flagged', async () => {
    const lea = createDevice(scene, memberActor('lea'));
    await lea.push(lea.segment('s1', 'chat-1', { agoMs: 60_000, startedAtMs: T0 + 24 * HOUR }));
    expect(await admissionOf(scene.core, 's1')).toMatchObject({
      code: 'admitted',
      startMs: T0 - 60_000,
      flags: ['unanchored'],
    });
  });

  it('starts at the earliest at the last contact of its device', async () => {
    const before = createDevice(scene, memberActor('lea'), 'boot-a');
    await before.anchor();
    scene.clock.advance(100_000);
    const lea = createDevice(scene, memberActor('lea'), 'boot-b');
    await lea.push(lea.segment('s1', 'chat-1', { agoMs: 60_000, startedAtMs: 5 }));
    expect(await admissionOf(scene.core, 's1')).toMatchObject({ startMs: T0, admittedElapsedMs: 60_000 });
  });

  it('is believed two boots later, although the device was heard of in between', async () => {
    await createDevice(scene, memberActor('lea'), 'boot-a').anchor();
    scene.clock.advance(100_000);
    await createDevice(scene, memberActor('lea'), 'boot-c').beat();
    scene.clock.advance(5_000);
    scene = await scene.restart();
    const now = createDevice(scene, memberActor('lea'), 'boot-d');
    await now.anchor();
    await now.push({
      ...now.segment('s1', 'chat-1', { agoMs: 70_000, elapsedMs: 20_000 }),
      bootId: 'boot-b',
    });
    expect(await admissionOf(scene.core, 's1')).toMatchObject({
      code: 'admitted',
      startMs: T0 + 35_000,
      admittedElapsedMs: 20_000,
    });
  });

  it('cuts nothing with its marks', async () => {
    const lea = createDevice(scene, memberActor('lea'));
    await lea.push(lea.segment('s1', 'chat-1', { agoMs: 60_000 }), lea.stopMark('m1', 'chat-1', 30_000));
    expect(await markAdmissionOf(scene.core, 'm1')).toMatchObject({
      code: 'quarantined',
      flags: ['unanchored'],
    });
    expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({ trackedMs: 60_000 });
  });
});

describe('a row whose chat has not arrived', () => {
  it('waits, survives a restart, and counts from when it was received', async () => {
    let scene = await createScene();
    await seed(scene.core);
    let lea = createDevice(scene, memberActor('lea'));
    await lea.anchor();
    const segment = lea.segment('s1', 'chat-late', { agoMs: 60_000 });
    const other = createDevice(scene, memberActor('lea', 'device-2'), 'boot-b');
    await other.anchor();
    const mark = other.stopMark('m1', 'chat-late', 30_000);
    const message = {
      type: 'message',
      id: 'msg-1',
      chatId: 'chat-late',
      from: 'advisor',
      deviceId: lea.actor.deviceId,
      text: 'hello',
      atMs: T0,
    };
    expect(await lea.push(segment, message)).toMatchObject([
      { verdict: 'stored', code: 'waitsForChat', elapsedMs: 60_000, closed: true },
      { verdict: 'stored', code: 'waitsForChat' },
    ]);
    expect(await other.push(mark)).toMatchObject([{ verdict: 'stored', code: 'waitsForChat' }]);
    expect((await lea.push(segment))[0]).toMatchObject({ code: 'waitsForChat' });
    scene = await scene.restart();
    lea = createDevice(scene, lea.actor);
    scene.clock.advance(HOUR);
    await scene.core.write(SERVER, [
      { type: 'chat', id: 'chat-late', userId: 'emma', advisorId: 'lea', openedAtMs: T0 },
    ]);
    expect(await admissionOf(scene.core, 's1')).toMatchObject({ code: 'admitted', startMs: T0 - 60_000 });
    expect(await totalsOf(scene.core, 'chat-late')).toMatchObject({ trackedMs: 30_000 });
    expect(await scene.core.find(SERVER, 'message', 'msg-1')).toMatchObject({ text: 'hello' });
    expect((await lea.push(segment))[0]).toMatchObject({ code: 'admitted' });
    await scene.stop();
  });
});
