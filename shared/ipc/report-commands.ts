/** "Save a report": shown first, saved as it was shown, sent nowhere. */
import { z } from 'zod';
import { command, desk, nothing } from './command.ts';

export const REPORT_COMMANDS = {
  readReport: command(desk, nothing, z.object({ text: z.string() })),
  /** Writes the report that was read last; answers the file's path. Throws notReady before one was read. */
  saveReport: command(desk, nothing, z.object({ file: z.string() })),
} as const;
