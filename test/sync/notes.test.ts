/** A note edited on two devices: both texts stand on both until the advisor chooses, whatever the network does. */
import { firstValueFrom } from 'rxjs';
import { afterEach, expect, test } from 'vitest';
import { editOf, keepAll, type ClientNote, type NoteDraft } from '../../shared/notes/note-versions.ts';
import { observeClientNotes, saveNotes } from '../../renderer/records/client-notes.ts';
import { createSyncScene, type SceneDevice, type SyncScene } from '../support/sync-scene.ts';

let scene: SyncScene;
afterEach(() => scene.stop());

const notesOf = async (device: SceneDevice): Promise<ClientNote[]> =>
  (await firstValueFrom(observeClientNotes(device.app!.database, 'mara'))).notes;
const textsOf = async (device: SceneDevice) =>
  (await notesOf(device)).map(({ texts }) => texts.map(({ text }) => text).sort());
const save = (device: SceneDevice, chatId: string, ...drafts: NoteDraft[]) =>
  saveNotes(device.app!, chatId, drafts);

async function both(devices: SceneDevice[], what: string, texts: string[][]): Promise<void> {
  const wanted = JSON.stringify(texts);
  await scene.until(what, async () => {
    const seen = await Promise.all(devices.map(textsOf));
    return seen.every((one) => JSON.stringify(one.sort()) === wanted);
  });
}

test('two edits that did not know of each other stand side by side, then as two notes', async () => {
  scene = await createSyncScene(41);
  await scene.server.platform.put('users', 'mara', { name: 'Mara' });
  for (const id of ['c1', 'c2'])
    await scene.server.platform.put('chats', id, { userId: 'mara', advisorId: scene.advisor.id });
  const devices = [await scene.addDevice('desk'), await scene.addDevice('laptop')];
  const [desk, laptop] = devices as [SceneDevice, SceneDevice];
  for (const device of devices) await device.start();
  await scene.until('both have the chats', async () => {
    const found = await Promise.all(devices.map((one) => one.app!.database.chat.findOne('c2').exec()));
    return found.every((one) => one !== null);
  });
  await save(desk, 'c1', { text: 'tea' });
  await both(devices, 'the note is everywhere', [['tea']]);

  // Each edits what it sees before it hears of the other; one of them in another chat of the client.
  const [deskSees, laptopSees] = [(await notesOf(desk))[0]!, (await notesOf(laptop))[0]!];
  await save(desk, 'c1', editOf(deskSees, 'green tea'));
  await save(laptop, 'c2', editOf(laptopSees, 'black tea'));
  await both(devices, 'both texts are everywhere', [['black tea', 'green tea']]);

  await save(laptop, 'c2', ...keepAll((await notesOf(laptop))[0]!));
  await both(devices, 'two notes are everywhere', [['black tea'], ['green tea']]);
  const gone = (await notesOf(desk)).find(({ texts }) => texts[0]!.text === 'black tea')!;
  await save(desk, 'c1', editOf(gone, ''));
  await both(devices, 'one of them is deleted', [['green tea']]);
  expect(desk.refused.concat(laptop.refused)).toEqual([]);
});
