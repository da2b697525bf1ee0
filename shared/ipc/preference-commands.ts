/** What the person chose on this profile. */
import { z } from 'zod';
import { globalActionSchema, preferenceChangeSchema, preferencesSchema } from '../preferences.ts';
import { command, desk, everyWindow, nothing } from './command.ts';
import { deskPlaceSchema } from './palette-commands.ts';

/** Global shortcuts that do not work, and why: the system or another app has it, or two actions share it. */
export const shortcutProblemsSchema = z.partialRecord(globalActionSchema, z.enum(['taken', 'alike']));
export type ShortcutProblems = z.infer<typeof shortcutProblemsSchema>;

export const PREFERENCE_COMMANDS = {
  readPreferences: command(everyWindow, nothing, preferencesSchema),
  readShortcutProblems: command(desk, nothing, shortcutProblemsSchema),
  /** Changes some choices; all windows hear of it by `preferencesChanged`. */
  changePreferences: command(desk, preferenceChangeSchema, nothing),
} as const;

export const PREFERENCE_EVENTS = {
  shortcutProblemsChanged: shortcutProblemsSchema,
  preferencesChanged: preferencesSchema,
  /** Main wants a page of the desk on screen, e.g. from the menu. */
  deskPageWanted: deskPlaceSchema,
} as const;
