/** Follows the file into which `npm run replay --advisor` writes recorded answers: a line each, in the order they fall due. */
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { idSchema } from '../shared/rows.ts';

const lineSchema = z.object({
  chatId: idSchema,
  text: z.string().min(1).optional(),
  atMs: z.number().optional(),
});
const LOOK_EVERY_MS = 250;
/** Answers are held this long for a window that is still opening. */
const RETRY_TURNS = 120;

export interface ReplayDeps {
  file: string;
  wallMs(): number;
  wantChat(chatId: string): void;
  /** false: the chat has no window yet. */
  answer(chatId: string, text: string): boolean;
}

export function followReplayAnswers(deps: ReplayDeps): { stop(): void } {
  let readBytes = 0;
  let rest = '';
  let due: { chatId: string; text: string; atMs: number; turns: number }[] = [];
  const wanted = new Set<string>();

  async function look(): Promise<void> {
    for (const line of await newLines()) {
      if (!wanted.has(line.chatId)) {
        wanted.add(line.chatId);
        deps.wantChat(line.chatId);
      }
      if (line.text !== undefined)
        due.push({ chatId: line.chatId, text: line.text, atMs: line.atMs ?? 0, turns: 0 });
    }
    const now = deps.wallMs();
    due = due.filter((one) => {
      if (one.atMs > now) return true;
      if (deps.answer(one.chatId, one.text)) return false;
      if (one.turns % 8 === 0) deps.wantChat(one.chatId);
      one.turns += 1;
      return one.turns < RETRY_TURNS;
    });
  }

  async function newLines(): Promise<z.infer<typeof lineSchema>[]> {
    let handle;
    try {
      handle = await open(deps.file, 'r');
    } catch {
      return []; // The replay has not begun to write.
    }
    try {
      const { size } = await handle.stat();
      if (size <= readBytes) return [];
      const buffer = Buffer.alloc(size - readBytes);
      await handle.read(buffer, 0, buffer.length, readBytes);
      readBytes = size;
      const lines = (rest + buffer.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      return lines.flatMap((line) => {
        const parsed = safeLine(line);
        return parsed === undefined ? [] : [parsed];
      });
    } finally {
      await handle.close();
    }
  }

  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => (isLooking = false));
  }, LOOK_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

function safeLine(line: string): z.infer<typeof lineSchema> | undefined {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
