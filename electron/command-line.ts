/** The app's own options, parsed once; Chromium's and Electron's are left alone. */
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../shared/errors.ts';

const optionsSchema = z.object({
  profile: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,40}$/)
    .default('default'),
  'user-data': z.string().min(1).optional(),
  server: z.url({ protocol: /^https?$/ }).optional(),
  screenshot: z.string().min(1).optional(),
  'replay-answers': z.string().min(1).optional(),
});

export interface AppOptions {
  profile: string;
  /** Folder that holds the profiles; absent = the system's place for this app. */
  userDataDir: string | null;
  serverUrl: string | null;
  /** Absolute path of the picture to write. */
  screenshotFile: string | null;
  replayAnswersFile: string | null;
}

/** Throws AppError badUsage with the option that is wrong. */
export function readAppOptions(argv: readonly string[]): AppOptions {
  const found: Record<string, string> = {};
  const names = Object.keys(optionsSchema.shape);
  argv.forEach((arg, index) => {
    for (const name of names) {
      if (arg === `--${name}`) found[name] = argv[index + 1] ?? '';
      else if (arg.startsWith(`--${name}=`)) found[name] = arg.slice(name.length + 3);
    }
  });
  const parsed = optionsSchema.safeParse(found);
  if (!parsed.success)
    throw new AppError('badUsage', { option: `--${String(parsed.error.issues[0]?.path[0])}` });
  const options = parsed.data;
  return {
    profile: options.profile,
    userDataDir: options['user-data'] === undefined ? null : path.resolve(options['user-data']),
    serverUrl: options.server?.replace(/\/+$/, '') ?? null,
    screenshotFile: options.screenshot === undefined ? null : path.resolve(options.screenshot),
    replayAnswersFile:
      options['replay-answers'] === undefined ? null : path.resolve(options['replay-answers']),
  };
}
