/**
 * `npm run replay -- FILE [--speed N] [--server URL] [--key-file F] [--advisor ID] [--replay-answers F] [--run NAME]`:
 * plays recorded conversations through the platform API, shifted to now. Ctrl+C interrupts, the same command goes on.
 * `--advisor ID`: an advisor of the file, or FILEID=SERVERID, or an advisor of the server (who plays the file's busiest).
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../shared/errors.ts';
import { readKeyFile } from './auth/platform-key.ts';
import { readOptions, runCommand } from './command-line.ts';
import { createPlatformClient } from './platform-client.ts';
import { openAnswersFile } from './replay/answers-file.ts';
import { createProgressLine } from './replay/progress-line.ts';
import { createReplayIds } from './replay/replay-ids.ts';
import { readConversations } from './replay/replay-file.ts';
import { busiestAdvisor, planReplay, type ReplayPlan } from './replay/replay-plan.ts';
import { replay } from './replay/replay.ts';
import { createSystemClock } from './system-clock.ts';

await runCommand(async () => {
  const { values, positionals } = readOptions({
    allowPositionals: true,
    options: {
      speed: { type: 'string', default: '1' },
      server: { type: 'string', default: 'http://127.0.0.1:8787' },
      'key-file': { type: 'string' },
      advisor: { type: 'string' },
      'replay-answers': { type: 'string' },
      run: { type: 'string', default: '1' },
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1)
    throw new AppError('badUsage', {
      reason: 'npm run replay -- FILE [--speed N] [--server URL] [--key-file F] [--advisor ID]',
    });
  const speed = Number(values.speed);
  if (!(speed > 0 && speed <= 1e6))
    throw new AppError('badUsage', { reason: `--speed takes a number above 0, not ${values.speed}` });

  const fileText = await readText(file);
  const { conversations, complaints } = readConversations(fileText);
  for (const { line, code, text } of complaints) process.stderr.write(`${line} ${code} ${text}\n`);
  if (complaints.length > 0) process.exitCode = 1;

  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  process.once('SIGTERM', () => interrupt.abort());
  const plan = planReplay(conversations);
  const advisor =
    values.advisor === undefined
      ? undefined
      : chooseAdvisor(values.advisor, plan, (id) =>
          createReplayIds({ fileText, run: values.run }).advisor(id),
        );
  const answersPath = resolve(values['replay-answers'] ?? 'replay-answers.jsonl');
  if (advisor !== undefined) {
    process.stderr.write(
      `${advisor.fileId} is played by advisor ${advisor.serverId}; start the app with: npm start -- --replay-answers ${answersPath}\n`,
    );
  }
  const line = createProgressLine(process.stderr, () => process.hrtime.bigint());
  try {
    const result = await replay({
      platform: createPlatformClient({
        url: values.server.replace(/\/+$/, ''),
        key: await readKey(values['key-file']),
        signal: interrupt.signal,
      }),
      plan,
      ids: createReplayIds({ fileText, run: values.run, ...(advisor === undefined ? {} : { advisor }) }),
      speed,
      clock: createSystemClock(),
      wait: (ms) =>
        delay(ms, undefined, { signal: interrupt.signal }).catch((error: unknown) => {
          throw new AppError('cancelled', {}, { cause: error });
        }),
      onProgress: line.show,
      ...(advisor === undefined
        ? {}
        : {
            desk: {
              fileAdvisorId: advisor.fileId,
              isServers: advisor.isServers,
              answers: await openAnswersFile(answersPath),
            },
          }),
    });
    line.finish();
    const late =
      result.lateMessages === 0 ? '' : `, ${result.lateMessages} came after their chat had been ended`;
    process.stdout.write(
      `Played ${conversations.length} conversations with ${result.messages} messages${late}.\n`,
    );
  } finally {
    line.finish();
  }
});

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new AppError(isMissing ? 'fileNotFound' : 'fileUnreadable', { file }, { cause: error });
  }
}

async function readKey(keyFile: string | undefined): Promise<string> {
  const fromEnvironment = process.env['CHATCLOCK_PLATFORM_KEY'];
  if (keyFile === undefined && fromEnvironment !== undefined) return fromEnvironment;
  if (keyFile === undefined)
    throw new AppError('badUsage', {
      reason: "give --key-file, the file platform-key of the server's data folder",
    });
  const key = await readKeyFile(keyFile);
  if (key === undefined) throw new AppError('fileNotFound', { file: keyFile });
  return key;
}

function chooseAdvisor(
  text: string,
  plan: ReplayPlan,
  derivedId: (fileId: string) => string,
): { fileId: string; serverId: string; isServers: boolean } {
  const isInFile = (id: string): boolean => plan.conversations.some((c) => c.advisorId === id);
  const [fileId = '', serverId] = text.split('=', 2);
  if (serverId !== undefined && serverId !== '' && isInFile(fileId))
    return { fileId, serverId, isServers: true };
  if (serverId !== undefined)
    throw new AppError('badUsage', { reason: `no conversation of the file has the advisor ${fileId}` });
  if (isInFile(text)) return { fileId: text, serverId: derivedId(text), isServers: false };
  const busiest = busiestAdvisor(plan);
  if (busiest === undefined)
    throw new AppError('badUsage', { reason: 'the file has no conversation to play' });
  return { fileId: busiest, serverId: text, isServers: true };
}
