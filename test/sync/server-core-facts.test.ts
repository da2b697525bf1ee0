import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Row } from '../../shared/rows.ts';
import {
  chat,
  createDevice,
  createScene,
  markAdmissionOf,
  memberActor,
  PLATFORM,
  projectionOf,
  rowOf,
  seed,
  SERVER,
  T0,
  totalsOf,
  type CoreScene,
} from '../support/core-scene.ts';

const supervisor = memberActor('sue', 'device-sue', 'supervisor');
const administrator = memberActor('ada', 'device-ada', 'administrator');

describe('facts of the platform, supervisors and administrators', () => {
  let scene: CoreScene;

  beforeEach(async () => {
    scene = await createScene();
    await seed(scene.core);
  });
  afterEach(() => scene.stop());

  it('are stored once: the same again is no news, other content is a conflict', async () => {
    const fact: Row = { type: 'topUp', id: 't1', userId: 'emma', amountMinor: 500, atMs: T0 };
    const [first] = await scene.core.write(PLATFORM, [fact]);
    expect(first?.isNew).toBe(true);
    expect(await scene.core.write(PLATFORM, [fact])).toEqual([{ seq: first?.seq, isNew: false }]);
    await expect(scene.core.write(PLATFORM, [{ ...fact, amountMinor: 600 }])).rejects.toMatchObject({
      code: 'idConflict',
    });
    await expect(
      scene.core.write(PLATFORM, [{ type: 'debit', id: 't1', userId: 'emma', amountMinor: 1, atMs: T0 }]),
    ).rejects.toMatchObject({ code: 'idConflict' });
    expect(await projectionOf(scene.core, 'lea', 'emma')).toMatchObject({ creditedMinor: 10_500 });
  });

  it('are stored all or none', async () => {
    const before = await scene.core.status();
    const good: Row = { type: 'topUp', id: 't1', userId: 'emma', amountMinor: 500, atMs: T0 };
    await expect(
      scene.core.write(PLATFORM, [good, { ...good, id: 't2', userId: 'nobody' }]),
    ).rejects.toMatchObject({ code: 'unknownReference' });
    expect(await scene.core.status()).toEqual(before);
    expect(await scene.core.write(PLATFORM, [good])).toMatchObject([{ isNew: true }]);
  });

  it('name only what exists', async () => {
    const bad: Row[] = [
      chat('c', 'nobody', 'lea'),
      chat('c', 'emma', 'nobody'),
      { type: 'chatEnd', id: 'e', chatId: 'none', atMs: T0 },
      { type: 'freeTimeGrant', id: 'g', userId: 'emma', advisorId: 'nobody', ms: 1, atMs: T0 },
      { type: 'rateChange', id: 'r', chatId: 'none', ratePerMinuteMinor: 1, atMs: T0 },
      { type: 'message', id: 'm', chatId: 'none', from: 'user', text: 'hi', atMs: T0 },
    ];
    for (const row of bad)
      await expect(scene.core.write(PLATFORM, [row])).rejects.toMatchObject({ code: 'unknownReference' });
  });

  it('never let a rate or a policy be older than its commit', async () => {
    scene.clock.advance(1_000_000);
    const now = scene.clock.ms;
    const rate = (id: string, atMs: number): Row => ({
      type: 'rateChange',
      id,
      advisorId: 'lea',
      ratePerMinuteMinor: 300,
      atMs,
    });
    await expect(scene.core.write(PLATFORM, [rate('r1', now - 60_001)])).rejects.toMatchObject({
      code: 'badInput',
    });
    await scene.core.write(PLATFORM, [rate('r2', now - 200)]);
    expect(await rowOf(scene.core, 'rateChange', 'r2')).toMatchObject({ atMs: now });
    scene.clock.advance(500);
    expect(await scene.core.write(PLATFORM, [rate('r2', now - 200)])).toMatchObject([{ isNew: false }]);
    expect(await projectionOf(scene.core, 'lea', 'emma')).toMatchObject({ ratePerMinuteMinor: 300 });
    await scene.core.write(administrator, [
      { type: 'policyChange', id: 'p1', key: 'previousChatInPair', value: 'run', atMs: scene.clock.ms },
    ]);
  });

  it('bring a dated rate or grant into the projection when its instant comes', async () => {
    await scene.core.write(PLATFORM, [
      { type: 'freeTimeGrant', id: 'g2', userId: 'emma', advisorId: 'lea', ms: 60_000, atMs: T0 + 10_000 },
    ]);
    expect(await projectionOf(scene.core, 'lea', 'emma')).toMatchObject({
      freeGrantedMs: 600_000,
      freeLeftMs: 600_000,
    });
    scene.clock.advance(10_000);
    await scene.core.sweep();
    expect(await projectionOf(scene.core, 'lea', 'emma')).toMatchObject({
      freeGrantedMs: 660_000,
      freeLeftMs: 660_000,
    });
  });

  it('bring a dated grant into the projection after a restart, also when its instant came meanwhile', async () => {
    const grant = (id: string, agoMs: number): Row => ({
      type: 'freeTimeGrant',
      id,
      userId: 'emma',
      advisorId: 'lea',
      ms: 60_000,
      atMs: T0 + agoMs,
    });
    await scene.core.write(PLATFORM, [grant('while-down', 5_000), grant('after-restart', 20_000)]);
    scene.clock.advance(10_000);
    const again = await scene.restart();
    await again.core.sweep();
    expect(await projectionOf(again.core, 'lea', 'emma')).toMatchObject({ freeGrantedMs: 660_000 });
    scene.clock.advance(10_000);
    await again.core.sweep();
    expect(await projectionOf(again.core, 'lea', 'emma')).toMatchObject({ freeGrantedMs: 720_000 });
    await again.stop();
  });

  it('place the end of a chat where the platform says, never after now', async () => {
    await scene.core.write(PLATFORM, [
      { type: 'chatEnd', id: 'e1', chatId: 'chat-1', atMs: T0 + 86_400_000 },
    ]);
    expect(await markAdmissionOf(scene.core, 'e1')).toMatchObject({ code: 'admitted', atMs: T0 });
    expect((await projectionOf(scene.core, 'lea', 'emma')).chats.map((one) => one.chatId)).toEqual([
      'chat-2',
    ]);
  });

  it('never refund more than a chat was charged', async () => {
    const max = createDevice(scene, memberActor('max'));
    await max.anchor();
    await max.push(max.segment('s1', 'chat-max', { agoMs: 60_000 }));
    expect(await totalsOf(scene.core, 'chat-max')).toMatchObject({ chargeMinor: 100 });
    const refund = (id: string, amountMinor: number): Row => ({
      type: 'refund',
      id,
      userId: 'emma',
      chatId: 'chat-max',
      amountMinor,
      atMs: T0,
    });
    await scene.core.write(supervisor, [refund('r1', 60)]);
    await expect(scene.core.write(supervisor, [refund('r2', 41)])).rejects.toMatchObject({
      code: 'badInput',
    });
    await scene.core.write(supervisor, [refund('r3', 40)]);
    await expect(scene.core.write(PLATFORM, [refund('r4', 1)])).rejects.toMatchObject({ code: 'badInput' });
  });

  it('count with a ruling what the copies claimed by then', async () => {
    const lea = createDevice(scene, memberActor('lea'));
    await lea.anchor();
    const manual = lea.segment('s1', 'chat-1', { source: 'manual', closed: false });
    await lea.push(manual);
    await scene.core.write(supervisor, [
      { type: 'ruling', id: 'r1', targetId: 's1', action: 'admit', claimedElapsedMs: 5 },
    ]);
    await lea.push({ ...manual, elapsedMs: 90_000, closed: true });
    expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({ trackedMs: 60_000 });
    await expect(
      scene.core.write(supervisor, [{ type: 'ruling', id: 'r2', targetId: 'none', action: 'void' }]),
    ).rejects.toMatchObject({ code: 'unknownReference' });
  });

  it('are refused to whom they do not belong', async () => {
    const lea = createDevice(scene, memberActor('lea'));
    await lea.push(lea.segment('s1', 'chat-1', { source: 'manual' }));
    const ruling: Row = { type: 'ruling', id: 'r1', targetId: 's1', action: 'admit' };
    const grant: Row = { type: 'freeTimeGrant', id: 'g9', userId: 'emma', advisorId: 'lea', ms: 1, atMs: T0 };
    await expect(scene.core.write(lea.actor, [ruling])).rejects.toMatchObject({ code: 'notAllowed' });
    await expect(scene.core.write(memberActor('lea', 'd', 'supervisor'), [ruling])).rejects.toMatchObject({
      code: 'notAllowed',
    });
    await expect(scene.core.write(memberActor('lea', 'd', 'supervisor'), [grant])).rejects.toMatchObject({
      code: 'notAllowed',
    });
    await expect(scene.core.write(PLATFORM, [ruling])).rejects.toMatchObject({ code: 'notAllowed' });
    await expect(
      scene.core.write(PLATFORM, [
        { type: 'message', id: 'm', chatId: 'chat-1', from: 'advisor', text: 'x', atMs: T0 },
      ]),
    ).rejects.toMatchObject({ code: 'notAllowed' });
    await expect(scene.core.write(SERVER, [lea.segment('s2', 'chat-1')])).rejects.toMatchObject({
      code: 'notAllowed',
    });
  });

  it('make a chat without consent free under requireConsent', async () => {
    await scene.core.write(SERVER, [
      { type: 'policyChange', id: 'p1', key: 'requireConsent', value: true, atMs: T0 },
    ]);
    await scene.core.write(PLATFORM, [
      chat('chat-a', 'finn', 'lea'),
      { ...chat('chat-b', 'finn', 'lea'), consentAtMs: T0 },
    ]);
    const rates = (await projectionOf(scene.core, 'lea', 'finn')).chats.map((one) => [
      one.chatId,
      one.ratePerMinuteMinor,
    ]);
    expect(rates).toEqual([
      ['chat-a', 0],
      ['chat-b', 200],
    ]);
  });
});

describe('rows a device may not write', () => {
  let scene: CoreScene;

  beforeEach(async () => {
    scene = await createScene();
    await seed(scene.core);
  });
  afterEach(() => scene.stop());

  it('are refused one by one, and the valid ones beside them are stored', async () => {
    const lea = createDevice(scene, memberActor('lea'));
    await lea.anchor();
    const { deviceId } = lea.actor;
    const message = {
      type: 'message',
      id: 'm1',
      chatId: 'chat-1',
      from: 'advisor',
      deviceId,
      text: 'hello',
      atMs: T0,
    };
    const rows: unknown[] = [
      null,
      { type: 'timeSegment', id: 'x' },
      { ...lea.segment('neg', 'chat-1'), elapsedMs: -1 },
      { ...message, text: 'x'.repeat(20_001) },
      { ...message, id: 'nul\u0000' },
      { ...message, id: 'half\ud800' },
      { ...message, id: 'm2', from: 'user' },
      { ...message, id: 'm3', chatId: 'chat-max' },
      { ...lea.segment('other', 'chat-1'), deviceId: 'device-9' },
      { type: 'topUp', id: 'money', userId: 'emma', amountMinor: 1, atMs: T0 },
      { type: 'conversationTimeRecord', id: 'chat-1', userId: 'finn', advisorId: 'lea' },
      { type: 'chatEnd', id: 'e', chatId: 'chat-1', atMs: T0 },
      message,
      { ...message, text: 'other' },
      lea.segment('s1', 'chat-1'),
      { type: 'conversationTimeRecord', id: 'chat-1', userId: 'emma', advisorId: 'lea' },
    ];
    const answers = await lea.push(...rows);
    expect(answers.map((one) => one.code)).toEqual([
      ...[
        'badInput',
        'badInput',
        'badInput',
        'messageTooLong',
        'badInput',
        'badInput',
        'notAllowed',
        'notYourChat',
        'notAllowed',
      ],
      ...['badInput', 'idConflict', 'badInput', 'accepted', 'idConflict', 'admitted', 'accepted'],
    ]);
  });

  it('chats: only for the own advisor, with a user it has, under a random id', async () => {
    const lea = createDevice(scene, memberActor('lea'));
    const random = '0b9d2a52-6a35-4c5e-9c5e-0a3f6f1f7a11';
    const answers = await lea.push(
      chat(random, 'emma', 'max'),
      chat('short', 'emma', 'lea'),
      chat(`${random}1`, 'finn', 'lea'),
      chat(`${random}2`, 'nobody', 'lea'),
      chat(random, 'emma', 'lea'),
      { type: 'conversationTimeRecord', id: random, userId: 'emma', advisorId: 'lea' },
    );
    expect(answers.map((one) => one.code)).toEqual([
      'notAllowed',
      'badInput',
      'notAllowed',
      'unknownReference',
      'accepted',
      'accepted',
    ]);
    expect((await lea.push(chat(random, 'emma', 'lea')))[0]).toMatchObject({ code: 'accepted' });
    expect((await lea.push(chat(random, 'emma', 'lea', T0 + 1)))[0]).toMatchObject({ code: 'idConflict' });
  });
});
