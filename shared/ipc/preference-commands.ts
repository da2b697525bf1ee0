/** What the person chose on this profile. */
import { z } from 'zod';
import { preferenceChangeSchema, preferencesSchema } from '../preferences.ts';
import { all, command, desk, nothing } from './command.ts';

export const PREFERENCE_COMMANDS = {
  readPreferences: command(all, nothing, preferencesSchema),
  /** Changes some choices; all windows hear of it by `preferencesChanged`. */
  changePreferences: command(desk, preferenceChangeSchema, nothing),
} as const;

export const PREFERENCE_EVENTS = {
  preferencesChanged: preferencesSchema,
  /** Main wants a page of the desk on screen, e.g. from the menu. */
  deskPageWanted: z.object({ page: z.enum(['desk', 'outbox', 'settings', 'keys']) }),
} as const;
