/** Rows whose chat has not arrived: durable in `held_row`, all in memory, applied when the chat comes. */
import type { Storage } from '../storage/storage.ts';
import type { HeldRowTable } from '../storage/tables.ts';

/** More than this waits for nobody: the next row is refused with `tooMany`. */
export const MAX_HELD_ROWS = 20_000;

export type HeldRows = Awaited<ReturnType<typeof openHeldRows>>;

export async function openHeldRows({ db }: Storage) {
  const byChat = new Map<string, HeldRowTable[]>();
  let lastPosition = 0;
  let count = 0;

  async function reload(): Promise<void> {
    byChat.clear();
    count = 0;
    const last = await db
      .selectFrom('held_row')
      .select((e) => e.fn.max('position').as('last'))
      .executeTakeFirst();
    lastPosition = last?.last ?? 0;
    for (const row of await db
      .selectFrom('held_row')
      .selectAll()
      .where('refused_code', 'is', null)
      .orderBy('position')
      .execute())
      add(row);
  }

  function add(row: HeldRowTable): void {
    const ofChat = byChat.get(row.chat_id);
    if (ofChat === undefined) byChat.set(row.chat_id, [row]);
    else ofChat.push(row);
    count += 1;
  }

  await reload();
  return {
    reload,
    isFull: (): boolean => count >= MAX_HELD_ROWS,
    /** The copy that already waits. */
    find: (chatId: string, type: string, id: string, deviceId: string): HeldRowTable | undefined =>
      byChat.get(chatId)?.find((row) => row.type === type && row.id === id && row.device_id === deviceId),
    /** What waits for a chat. */
    peek: (chatId: string): readonly HeldRowTable[] => byChat.get(chatId) ?? [],
    nextPosition: (): number => ++lastPosition,
    add,
    /** Takes what waits for a chat, in order of arrival. */
    take(chatId: string): HeldRowTable[] {
      const rows = byChat.get(chatId) ?? [];
      byChat.delete(chatId);
      count -= rows.length;
      return rows;
    },
    count: (): number => count,
  };
}
