/** "Save a report": shown first, saved as it was shown, sent nowhere. */
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { app } from 'electron';
import { AppError } from '../../shared/errors.ts';
import type { REPORT_COMMANDS } from '../../shared/ipc/report-commands.ts';
import type { HandlersOf } from '../ipc.ts';
import { reportText } from '../log/report.ts';
import type { CommandDeps } from './command-deps.ts';

const LOG_LINES = 200;

export function reportHandlers(deps: CommandDeps): HandlersOf<typeof REPORT_COMMANDS> {
  let shown: { text: string; atMs: number } | null = null;

  function facts(atMs: number) {
    const session = deps.keeper.current();
    const isSignedIn = session.phase === 'signedIn';
    const device = isSignedIn ? deps.device() : null;
    const refused: Record<string, number> = {};
    for (const { code } of device?.outbox.refused() ?? []) refused[code] = (refused[code] ?? 0) + 1;
    return {
      atMs,
      versions: {
        chatclock: app.getVersion(),
        electron: process.versions.electron ?? '',
        chromium: process.versions.chrome ?? '',
        node: process.versions.node,
      },
      system: {
        platform: process.platform,
        release: os.release(),
        arch: process.arch,
        locale: app.getLocale(),
        memoryMb: Math.round(os.totalmem() / 1_048_576),
      },
      member: isSignedIn
        ? { role: session.member.role, isPractice: session.isPractice, needsSignIn: session.needsSignIn }
        : null,
      live: device?.live() ?? null,
      refused,
      secrets: deps.keeper.secretKind() ?? 'nothing is kept',
      preferences: deps.preferences.read(),
      logLines: deps.lastLogLines(LOG_LINES),
    };
  }

  return {
    readReport() {
      const atMs = deps.wallMs();
      shown = { text: reportText(facts(atMs)), atMs };
      return { text: shown.text };
    },
    async saveReport() {
      if (shown === null) throw new AppError('notReady');
      const at = new Date(shown.atMs).toISOString().replaceAll(':', '-');
      const file = path.join(deps.exportFolder, `report-${at}.txt`);
      await mkdir(deps.exportFolder, { recursive: true, mode: 0o700 });
      await writeFile(file, shown.text, { mode: 0o600 });
      return { file };
    },
  };
}
