/** The export of everything as a facts file: `settle` on it gives the server's own figures, on both databases. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Settlement } from '../../shared/fold/settlement.ts';
import {
  createDevice,
  createScene,
  memberActor,
  PLATFORM,
  projectionOf,
  rowOf,
  SERVER,
  totalsOf,
  type CoreScene,
} from '../support/core-scene.ts';
import { exportText, settled } from '../support/exported.ts';
import { settleEverybody, startStory, STORY_SUPERVISOR, type Story } from '../support/random-server-story.ts';
import { createStorageEngines } from '../support/storage-engines.ts';

const { engines, start, stop } = createStorageEngines('export');

beforeAll(start);
afterAll(stop);

/** The server's own figures of every chat, pair and user of the settlement. */
async function compareWithServer(scene: CoreScene, settlement: Settlement): Promise<void> {
  expect(settlement.chats.length).toBeGreaterThan(3);
  for (const { chatId, ...figures } of settlement.chats)
    expect(await totalsOf(scene.core, chatId), chatId).toMatchObject(figures);
  for (const { userId, advisorId, grantedMs, leftMs } of settlement.pairs) {
    if ((await scene.core.find(SERVER, 'userProjection', `${advisorId}:${userId}`)) === undefined) continue;
    const projection = await projectionOf(scene.core, advisorId, userId);
    expect(projection).toMatchObject({ freeGrantedMs: grantedMs, freeLeftMs: leftMs });
    const user = settlement.users.find((one) => one.userId === userId);
    expect(projection).toMatchObject({
      balanceUnits: user?.balanceUnits,
      creditedMinor: user?.creditedMinor,
    });
  }
}

describe.each(engines)('the export on $name', (engine) => {
  it.each([1, 2, 3, 4])('settles to the server’s own figures: story %d', async (storySeed) => {
    const scene = await createScene(await engine.fresh());
    const story: Story = await startStory(scene, storySeed);
    for (let part = 0; part < 2; part += 1) {
      await story.run(80);
      await settleEverybody(scene, story, `part-${part}`);
      const text = await exportText(scene);
      await compareWithServer(scene, (await settled(text)).settlement);
      const types = new Set(text.split('\n').flatMap((line) => (line === '' ? [] : JSON.parse(line).type)));
      if (part === 1)
        expect([...types]).toEqual(expect.arrayContaining(['ruling', 'trimMark', 'policyChange']));
    }
    await scene.stop();
  });

  it('counts what beats have proven of an open segment, and says so in lines of its own', async () => {
    const scene = await createScene(await engine.fresh());
    await startStory(scene, 7);
    const device = createDevice(scene, memberActor('lea', 'd1'), 'boot-d1');
    const open = device.segment('runs', 'chat-1', { agoMs: 0, elapsedMs: 0, closed: false });
    await device.push(open);
    scene.clock.advance(15_000);
    await device.beat([{ segmentId: 'runs', chatId: 'chat-1', elapsedMs: 15_000 }]);
    const text = await exportText(scene);
    const lines = text.split('\n').flatMap((line) => (line === '' ? [] : JSON.parse(line)));
    expect(
      lines.filter((line) => line.id === 'runs').map((line) => [line.elapsedMs, line.provenByBeat]),
    ).toEqual([
      [0, undefined],
      [15_000, true],
    ]);
    expect(new Set(lines.map((line) => line.seq)).size).toBe(lines.length);
    expect((await settled(text)).settlement.chats.find((one) => one.chatId === 'chat-1')).toMatchObject({
      trackedMs: 15_000,
    });
    await scene.stop();
  });

  it('keeps what a ruling counted when its segment grew afterwards', async () => {
    const scene = await createScene(await engine.fresh());
    const story = await startStory(scene, 8);
    const device = createDevice(scene, memberActor('lea', 'd1'), 'boot-d1');
    const manual = device.segment('typed', 'chat-1', { source: 'manual', agoMs: 60_000, closed: false });
    await device.push(manual);
    const ruling = { type: 'ruling', targetId: 'typed', action: 'admit' } as const;
    await scene.core.write(STORY_SUPERVISOR, [{ ...ruling, id: 'first' }]);
    await scene.core.write(STORY_SUPERVISOR, [{ ...ruling, id: 'same-copy' }]);
    scene.clock.advance(60_000);
    await device.push({ ...manual, elapsedMs: 120_000, closed: true });
    await settleEverybody(scene, story, 'after');
    const { settlement } = await settled(await exportText(scene));
    await compareWithServer(scene, settlement);
    expect(settlement.chats.find((one) => one.chatId === 'chat-1')).toMatchObject({ trackedMs: 60_000 });
    await scene.stop();
  });

  it('shows one instant although devices go on writing, and holds up nobody', async () => {
    const scene = await createScene(await engine.fresh());
    const story = await startStory(scene, 9);
    await story.run(40);
    const before = await exportText(scene);
    const reading = await scene.core.exportFacts(SERVER, { hasTexts: false });
    const first = await reading.next();
    await story.run(40);
    let text = first.value as string;
    for await (const lines of reading) text += lines;
    expect(text).toBe(before);
    expect(await exportText(scene)).not.toBe(before);
    await scene.stop();
  });

  it('has no name and no text unless they are asked for', async () => {
    const scene = await createScene(await engine.fresh());
    await startStory(scene, 10);
    await scene.core.write(PLATFORM, [
      { type: 'message', id: 'm1', chatId: 'chat-1', from: 'user', text: 'a secret', atMs: 0 },
    ]);
    await scene.core.write(STORY_SUPERVISOR, [
      { type: 'note', id: 'n1', chatId: 'chat-1', text: 'another secret', atMs: 0 },
    ]);
    const without = await exportText(scene);
    for (const word of ['secret', 'Emma', 'Lea']) expect(without).not.toContain(word);
    const full = await exportText(scene, true);
    for (const word of ['a secret', 'another secret', 'Emma', 'Lea']) expect(full).toContain(word);
    expect((await settled(full)).settlement).toEqual((await settled(without)).settlement);
    expect(await rowOf(scene.core, 'note', 'n1')).toMatchObject({ byId: 'sue' });
    await scene.stop();
  });

  it('is refused to advisors and the platform', async () => {
    const scene = await createScene(await engine.fresh());
    for (const actor of [memberActor('lea'), PLATFORM])
      await expect(scene.core.exportFacts(actor, { hasTexts: false })).rejects.toMatchObject({
        code: 'notAllowed',
      });
    await scene.stop();
  });
});
