/**
 * `npm run --silent verify-ledger -- [--data DIR | postgres://…]`: is the ledger sound? Also while the server runs.
 * Exit status 0 = sound, 1 = not (the first bad entry, account or user by name), 2 = wrong usage or no such database.
 */
import { AppError } from '../shared/errors.ts';
import { readOptions } from './command-line.ts';
import { openLedgerDatabase } from './ledger/ledger-database.ts';
import { verifyLedger } from './ledger/verify-ledger.ts';
import { sentenceFor } from './sentences.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function run(): Promise<number> {
  const { values, positionals } = readOptions({
    allowPositionals: true,
    options: { data: { type: 'string' } },
  });
  const database = await openLedgerDatabase(values.data, positionals);
  try {
    say(`Ledger of ${database.name}`);
    const { lines, problems } = await verifyLedger(database);
    for (const line of lines) say(line);
    for (const problem of problems) say(`WRONG     ${problem}`);
    say(
      problems.length === 0
        ? 'The ledger is sound.'
        : 'The ledger is NOT sound. Keep this database as it is.',
    );
    return problems.length === 0 ? 0 : 1;
  } catch (cause) {
    say(`WRONG     the database cannot be read: ${(cause as Error).message}`);
    say('The ledger is NOT sound. Keep this database as it is.');
    return 1;
  } finally {
    await database.close();
  }
}

try {
  process.exitCode = await run();
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  process.stderr.write(`${sentenceFor(error)}\n`);
  process.exitCode = 2;
}
