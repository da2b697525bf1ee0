/**
 * `npm run --silent explain -- --chat ID [--data DIR | postgres://…]`: the whole story of a chat's minutes and credits in
 * plain lines, also while the server runs. Exit status 0, or 1 with a sentence on standard error.
 */
import { AppError } from '../shared/errors.ts';
import { readOptions, runCommand } from './command-line.ts';
import { explainChat } from './ledger/explain-chat.ts';
import { openLedgerDatabase } from './ledger/ledger-database.ts';

await runCommand(async () => {
  const { values, positionals } = readOptions({
    allowPositionals: true,
    options: { chat: { type: 'string' }, data: { type: 'string' } },
  });
  if (values.chat === undefined) throw new AppError('badUsage', { reason: 'say which chat with --chat ID' });
  const database = await openLedgerDatabase(values.data, positionals);
  try {
    const lines = await explainChat(database, values.chat);
    // A reader that has seen enough (`explain … | head`) is no failure.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    await database.close();
  }
});
