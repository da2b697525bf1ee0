/**
 * The recorded answers for a desk, as JSON lines that the app follows with `--replay-answers FILE`:
 * `{"id","chatId","atMs"}` = this chat is there, open it; with `"text"` = write this in its window.
 * An id stands in the file once, also after an interruption.
 */
import { appendFile, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';

export const recordedAnswerSchema = z.object({
  id: z.string(),
  chatId: z.string(),
  atMs: z.number().int(),
  text: z.string().optional(),
});
export type RecordedAnswer = z.infer<typeof recordedAnswerSchema>;

export interface AnswersFile {
  has(id: string): boolean;
  append(answer: RecordedAnswer): Promise<void>;
}

/** Throws fileUnreadable when the file cannot be read or written. A torn last line is ended and ignored. */
export async function openAnswersFile(file: string): Promise<AnswersFile> {
  const ids = new Set<string>();
  try {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    for (const line of text.split('\n')) {
      const id = idOfLine(line);
      if (id !== undefined) ids.add(id);
    }
    await appendFile(file, text === '' || text.endsWith('\n') ? '' : '\n', { mode: 0o600 });
  } catch (error) {
    throw new AppError('fileUnreadable', { file }, { cause: error });
  }
  return {
    has: (id) => ids.has(id),
    async append(answer) {
      if (ids.has(answer.id)) return;
      await appendFile(file, `${JSON.stringify(answer)}\n`);
      ids.add(answer.id);
    },
  };
}

function idOfLine(line: string): string | undefined {
  try {
    return recordedAnswerSchema.parse(JSON.parse(line)).id;
  } catch {
    return undefined;
  }
}
