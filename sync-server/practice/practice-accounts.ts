/** The two people of a practice organisation with random passwords, kept 0600 so that a restart can sign in again. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { msSchema } from '../../shared/rows.ts';
import type { SecretSource } from '../auth/secrets.ts';
import { PRACTICE_ADVISOR, PRACTICE_SUPERVISOR } from './practice-story.ts';

export const PRACTICE_FILE = 'practice.json';

const accountSchema = z.object({ email: z.string(), password: z.string() });
const practiceAccountsSchema = z.object({
  /** Every date of the story counts back from here, so that seeding again writes the same rows. */
  seededAtMs: msSchema,
  isSeeded: z.boolean(),
  advisor: accountSchema,
  supervisor: accountSchema,
});
export type PracticeAccounts = z.infer<typeof practiceAccountsSchema>;

/** The accounts of this file, or new ones that are written before anything is made with them. */
export async function readPracticeAccounts(
  file: string,
  secrets: SecretSource,
  nowMs: number,
): Promise<PracticeAccounts> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new AppError('fileUnreadable', { file }, { cause: error });
    const made: PracticeAccounts = {
      seededAtMs: nowMs,
      isSeeded: false,
      advisor: { email: PRACTICE_ADVISOR.email, password: secrets.token() },
      supervisor: { email: PRACTICE_SUPERVISOR.email, password: secrets.token() },
    };
    await writePracticeAccounts(file, made);
    return made;
  }
  try {
    return practiceAccountsSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError('fileUnreadable', { file }, { cause: error });
  }
}

export async function writePracticeAccounts(file: string, accounts: PracticeAccounts): Promise<void> {
  const temporary = `${file}.new`;
  await writeFile(temporary, `${JSON.stringify(accounts, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, file);
}
