import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Page } from '../../shared/wire.ts';
import {
  chat,
  createDevice,
  createScene,
  memberActor,
  projectionOf,
  pullAll,
  seed,
  SERVER,
  T0,
  totalsOf,
  type CoreScene,
  type SceneDevice,
} from '../support/core-scene.ts';

const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('what devices see of each other', () => {
  let scene: CoreScene;
  let lea: SceneDevice;

  beforeEach(async () => {
    scene = await createScene();
    await seed(scene.core);
    lea = createDevice(scene, memberActor('lea'));
    await lea.anchor();
  });
  afterEach(() => scene.stop());

  it('shows a chat as running where it runs, as far as beats have proven it', async () => {
    const start = lea.segment('s1', 'chat-1', { agoMs: 0, closed: false });
    await lea.push(start);
    const [shown] = (await projectionOf(scene.core, 'lea', 'emma')).chats;
    expect(shown).toMatchObject({
      chatId: 'chat-1',
      runningOnDeviceId: 'device-of-lea',
      runningOnDeviceName: 'Laptop device-of-lea',
      runningSinceMs: T0,
      confirmedUntilMs: T0,
    });
    scene.clock.advance(5_000);
    const { projections, highSeq } = await lea.beat(
      [{ segmentId: 's1', chatId: 'chat-1', elapsedMs: 5_000 }],
      ['emma', 'finn', 'nobody'],
    );
    expect(projections).toHaveLength(1);
    expect(projections[0]).toMatchObject({
      freeLeftMs: 595_000,
      chats: [{ chatId: 'chat-1', trackedMs: 5_000, confirmedUntilMs: T0 + 5_000 }, { chatId: 'chat-2' }],
    });
    expect((await scene.core.status()).highSeq).toBe(highSeq);
  });

  it('treats the segment of a vanished device as closed at its last beat, and takes later proof', async () => {
    const start = lea.segment('s1', 'chat-1', { agoMs: 0, closed: false });
    await lea.push(start);
    scene.clock.advance(5_000);
    await lea.beat([{ segmentId: 's1', chatId: 'chat-1', elapsedMs: 5_000 }]);
    scene.clock.advance(30_001);
    await scene.core.sweep();
    const [shown] = (await projectionOf(scene.core, 'lea', 'emma')).chats;
    expect(shown).toMatchObject({ trackedMs: 5_000 });
    expect(shown).not.toHaveProperty('runningOnDeviceId');
    expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({ trackedMs: 5_000 });
    const again = await scene.restart();
    expect(await totalsOf(again.core, 'chat-1')).toMatchObject({ trackedMs: 5_000 });
    await createDevice(again, lea.actor).push({
      ...start,
      elapsedMs: 20_000,
      closed: true,
      closeReason: 'crashed',
    });
    expect(await totalsOf(again.core, 'chat-1')).toMatchObject({ trackedMs: 20_000 });
    await again.stop();
  });

  it('remembers what the last beat proved when the device comes back without the segment', async () => {
    await lea.push(lea.segment('s1', 'chat-1', { agoMs: 0, closed: false }));
    scene.clock.advance(5_000);
    await lea.beat([{ segmentId: 's1', chatId: 'chat-1', elapsedMs: 5_000 }]);
    scene.clock.advance(5_000);
    await lea.beat([]);
    const [shown] = (await projectionOf(scene.core, 'lea', 'emma')).chats;
    expect(shown).toMatchObject({ trackedMs: 5_000 });
    expect(shown).not.toHaveProperty('runningOnDeviceId');
  });

  it("lets no device move another device's segment by its beats", async () => {
    await lea.push(lea.segment('s1', 'chat-1', { agoMs: 60_000, elapsedMs: 0, closed: false }));
    const max = createDevice(scene, memberActor('max'));
    for (const chatId of ['chat-1', 'chat-max', 'nowhere']) {
      await max.beat([{ segmentId: 's1', chatId, elapsedMs: 60_000 }]);
    }
    const { projections } = await lea.beat(
      [{ segmentId: 's1', chatId: 'chat-1', elapsedMs: 5_000 }],
      ['emma'],
    );
    expect(projections[0]?.chats[0]).toMatchObject({ trackedMs: 5_000, runningOnDeviceId: 'device-of-lea' });
  });

  it('gives each computer of a copied profile its anchor, though their beats come in turn', async () => {
    const boots = [createDevice(scene, lea.actor, 'boot-a'), createDevice(scene, lea.actor, 'boot-b', T0)];
    const first = [];
    for (const { actor, bootId, monoNow } of boots) {
      const asked = { bootId, sentAtMonoMs: monoNow(), running: [], userIds: [] };
      first.push({ asked, exchangeId: (await scene.core.beat(actor, asked)).exchangeId });
      scene.clock.advance(2_500);
    }
    for (const [at, { actor, monoNow }] of boots.entries()) {
      const { asked, exchangeId } = first[at]!;
      const echo = {
        exchangeId,
        sentAtMonoMs: asked.sentAtMonoMs,
        receivedAtMonoMs: asked.sentAtMonoMs + 10,
      };
      const answer = await scene.core.beat(actor, { ...asked, sentAtMonoMs: monoNow(), echo });
      expect(answer.anchor).toEqual({ offsetMs: scene.clock.ms - monoNow() - 5, errorMs: 5 });
    }
  });

  it('says what other advisors burn without naming their chats', async () => {
    const max = createDevice(scene, memberActor('max'));
    await max.anchor();
    await max.push(max.segment('s-max', 'chat-max', { agoMs: 60_000, closed: false }));
    const seen = await projectionOf(scene.core, 'lea', 'emma');
    expect(seen).toMatchObject({
      othersBurnUnitsPerMs: 100,
      balanceUnits: 600_000_000 - 6_000_000,
      creditedMinor: 10_000,
    });
    expect(seen.chats.map((one) => one.chatId)).toEqual(['chat-1', 'chat-2']);
  });

  it('counts the projections up, whoever asks', async () => {
    const first = await projectionOf(scene.core, 'lea', 'emma');
    await lea.push(lea.segment('s1', 'chat-1'));
    const second = await projectionOf(scene.core, 'lea', 'emma');
    const { projections } = await lea.beat([], ['emma']);
    expect(second.stateSeq).toBeGreaterThan(first.stateSeq);
    expect(projections[0]?.stateSeq).toBeGreaterThan(second.stateSeq);
  });
});

describe('pages and streams', () => {
  let scene: CoreScene;
  let lea: SceneDevice;

  beforeEach(async () => {
    scene = await createScene();
    await seed(scene.core);
    lea = createDevice(scene, memberActor('lea'));
    await lea.anchor();
  });
  afterEach(() => scene.stop());

  it('join without a hole at every page size, and as text they are the same', async () => {
    await lea.push(
      ...Array.from({ length: 50 }, (_, n) =>
        lea.segment(`s${n}`, 'chat-1', { agoMs: 100_000 - n * 1_000, elapsedMs: 500 }),
      ),
    );
    const whole = await pullAll(scene.core, lea.actor);
    for (const limit of [1, 2, 7])
      expect((await pullAll(scene.core, lea.actor, 0, limit)).rows).toEqual(whole.rows);
    expect(JSON.parse(await scene.core.pullText(lea.actor, 0, 20))).toEqual(
      await scene.core.pull(lea.actor, 0, 20),
    );
  });

  it('show an advisor the own chats, their users and policies; a supervisor all; nobody facts', async () => {
    await scene.core.write(SERVER, [
      { type: 'policyChange', id: 'p1', key: 'previousChatInPair', value: 'run', atMs: T0 },
    ]);
    const seen = (await pullAll(scene.core, lea.actor)).rows;
    expect(new Set(seen.map((row) => `${row.type} ${row.id}`))).toEqual(
      new Set([
        'user emma',
        'advisor lea',
        'policyChange p1',
        'chat chat-1',
        'chat chat-2',
        'recordTotals chat-1',
        'recordTotals chat-2',
        'userProjection lea:emma',
      ]),
    );
    const all = (await pullAll(scene.core, memberActor('sue', 'device-sue', 'supervisor'))).rows.map(
      (row) => row.type,
    );
    expect(all.filter((type) => type === 'user')).toHaveLength(2);
    expect(all).not.toContain('topUp');
    await expect(scene.core.pull({ kind: 'platform', keyId: 'k' }, 0, 10)).rejects.toMatchObject({
      code: 'notAllowed',
    });
  });

  it('bring a client to an advisor with their first chat, though the row is older', async () => {
    const { toSeq } = await pullAll(scene.core, lea.actor);
    await scene.core.write(SERVER, [chat('chat-finn', 'finn', 'lea')]);
    const { rows } = await pullAll(scene.core, lea.actor, toSeq);
    expect(rows.map((row) => row.type).sort()).toEqual(['chat', 'recordTotals', 'user', 'userProjection']);
  });

  it('carry the changes of every commit to those who may see them, in pages that follow each other', async () => {
    const { toSeq } = await pullAll(scene.core, lea.actor);
    const pages: Page[] = [];
    const ofMax: Page[] = [];
    scene.core.subscribe(
      lea.actor,
      toSeq,
      (page) => pages.push(page),
      () => undefined,
    );
    scene.core.subscribe(
      memberActor('max'),
      toSeq,
      (page) => ofMax.push(page),
      () => undefined,
    );
    for (let n = 0; n < 5; n += 1)
      await lea.push(lea.segment(`s${n}`, 'chat-1', { agoMs: 50_000 - n * 1_000, elapsedMs: 100 }));
    await settled();
    expect(pages.map((page) => page.fromSeq)).toEqual([
      toSeq,
      ...pages.slice(0, -1).map((page) => page.toSeq),
    ]);
    expect(pages.flatMap((page) => page.rows).map((one) => one.row)).toEqual(
      (await pullAll(scene.core, lea.actor, toSeq)).rows.length > 0
        ? expect.arrayContaining((await pullAll(scene.core, lea.actor, toSeq)).rows)
        : [],
    );
    expect(ofMax.flatMap((page) => page.rows)).toEqual([]);
  });

  it('catch a late subscriber up first, and start one over who is ahead of the database', async () => {
    const late: Page[] = [];
    scene.core.subscribe(
      lea.actor,
      0,
      (page) => late.push(page),
      () => undefined,
    );
    await lea.push(lea.segment('s1', 'chat-1'));
    const ahead: Page[] = [];
    scene.core.subscribe(
      lea.actor,
      1_000_000,
      (page) => ahead.push(page),
      () => undefined,
    );
    await expect.poll(() => late.at(-1)?.toSeq).toBe((await scene.core.status()).highSeq);
    expect(late[0]?.fromSeq).toBe(0);
    late.slice(1).forEach((page, index) => expect(page.fromSeq).toBe(late[index]?.toSeq));
    await expect.poll(() => ahead[0]?.fromSeq).toBe(0);
  });

  it('end for a revoked device, and one reader that fails disturbs nobody', async () => {
    const { toSeq } = await pullAll(scene.core, lea.actor);
    const ended: string[] = [];
    const pages: Page[] = [];
    scene.core.subscribe(
      lea.actor,
      toSeq,
      () => {
        throw new Error('reader');
      },
      (code) => ended.push(code),
    );
    scene.core.subscribe(
      memberActor('lea', 'device-2'),
      toSeq,
      (page) => pages.push(page),
      (code) => ended.push(code),
    );
    await lea.push(lea.segment('s1', 'chat-1'));
    expect(pages).toHaveLength(1);
    expect(ended).toEqual(['internal']);
    scene.core.endSubscriptions('device-2');
    expect(ended).toEqual(['internal', 'deviceRevoked']);
    expect((await scene.core.status()).subscribers).toBe(0);
  });
});
