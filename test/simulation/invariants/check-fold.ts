/**
 * What the server settled bit by bit, beat by beat and over restarts, against one fold of everything it holds: its own
 * export, read and settled as a facts file, also in another order and with every line twice.
 */
import { createFactsReader } from '../../../shared/facts/parse-facts.ts';
import { exportFacts } from '../../../sync-server/export/export-facts.ts';
import { settleLines } from '../../../sync-server/settle.ts';
import type { Settlement } from '../../../shared/fold/settlement.ts';
import { createRandom, type Random } from '../random.ts';
import type { Scene } from '../scene-shape.ts';
import { T0 } from '../world.ts';
import { InvariantBroken, type Stored } from './stored.ts';

const ONE_MORE_ROUNDS = 2;

/** I1, I2, I3, I4, I19. */
export async function checkFold(scene: Scene, stored: Stored): Promise<void> {
  const { storage } = scene.server.disk.open();
  const snapshot = await storage.snapshot();
  const reader = createFactsReader();
  let text = '';
  for await (const lines of exportFacts(snapshot, { hasTexts: false })) text += lines;
  text.split('\n').forEach((line, index) => reader.add(index + 1, line));
  const read = reader.finish();
  const { settlement, reports } = settleLines(read);
  if (reports.length > 0) throw new InvariantBroken('I3', `export left out ${JSON.stringify(reports[0])}`);
  const random = createRandom(scene.world.seed, 'shuffle');
  const lines = [...read.lines, ...read.lines].sort(() => random.next() - 0.5);
  const shuffled = settleLines({ ...read, lines }).settlement;
  if (JSON.stringify(shuffled) !== JSON.stringify(settlement))
    throw new InvariantBroken('I1', 'shuffled and doubled it settles differently');

  checkOneMore(text, random, scene, settlement);

  for (const chat of settlement.chats) {
    if (chat.trackedMs !== chat.freeMs + chat.paidMs) throw new InvariantBroken('I4', JSON.stringify(chat));
    const totals = stored.byKey.get(`recordTotals:${chat.chatId}`)?.row;
    if (totals?.type !== 'recordTotals') {
      if (chat.trackedMs > 0) throw new InvariantBroken('I3', `no totals of ${chat.chatId}`);
      continue;
    }
    const { chatId, ...figures } = chat;
    for (const [field, value] of Object.entries(figures))
      if (totals[field as 'trackedMs'] !== value)
        throw new InvariantBroken(
          'I3',
          `${chatId}.${field}: stored ${totals[field as 'trackedMs']}, fold ${value}`,
        );
  }
  const balances = new Map(settlement.users.map((user) => [user.userId, user.balanceUnits]));
  for (const pair of settlement.pairs) {
    if (pair.usedMs + pair.leftMs !== pair.grantedMs) throw new InvariantBroken('I4', JSON.stringify(pair));
    const projection = stored.byKey.get(`userProjection:${pair.advisorId}:${pair.userId}`)?.row;
    if (projection?.type !== 'userProjection') continue;
    if (projection.balanceUnits !== balances.get(pair.userId) || projection.freeLeftMs !== pair.leftMs)
      throw new InvariantBroken(
        'I3',
        `projection ${JSON.stringify(projection)} is not ${JSON.stringify({ pair, balance: balances.get(pair.userId) })}`,
      );
  }
}

/** I19: one more admitted segment never lowers what a user pays for, ms. */
function checkOneMore(text: string, random: Random, scene: Scene, before: Settlement): void {
  const paidOf = (settlement: Settlement, userId: string): number =>
    settlement.chats.reduce(
      (sum, { chatId, paidMs }) => sum + (userOf.get(chatId) === userId ? paidMs : 0),
      0,
    );
  const userOf = new Map(scene.chats.map((chat) => [chat.id, chat.userId]));
  for (let round = 0; round < ONE_MORE_ROUNDS; round += 1) {
    const chat = random.pick(scene.chats);
    const reader = createFactsReader();
    const lines = text.split('\n').filter((line) => line !== '');
    const one = { type: 'timeSegment', id: 'one-more', chatId: chat.id, deviceId: 'one-more', closed: true };
    const startedAtMs = T0 + random.between(0, scene.profile.minutes * 60_000);
    const seq = 2 ** 40;
    lines.push(JSON.stringify({ ...one, seq, startedAtMs, elapsedMs: random.between(1, 120_000) }));
    lines.forEach((line, index) => reader.add(index + 1, line));
    const after = settleLines(reader.finish()).settlement;
    for (const userId of scene.users)
      if (paidOf(after, userId) < paidOf(before, userId))
        throw new InvariantBroken('I19', `${userId} pays for less with one more: ${lines.at(-1)}`);
  }
}
