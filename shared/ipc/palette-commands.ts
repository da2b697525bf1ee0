/** What the palette of any window asks of main: a command of the menu, or a page of the desk. */
import { z } from 'zod';
import { idSchema } from '../rows.ts';
import { MENU_COMMANDS } from '../shortcuts.ts';
import { chat, command, nothing, work } from './command.ts';

/** A page of the desk, or what lies on top of it. Nothing starts by it. */
export const deskPlaceSchema = z.discriminatedUnion('page', [
  z.object({
    page: z.enum(['desk', 'settings', 'keys', 'nextChat', 'newChat', 'outbox', 'receipts']),
  }),
  z.object({
    page: z.literal('history'),
    userId: idSchema,
    /** null = their newest. */
    chatId: idSchema.nullable(),
    areNotesShown: z.boolean(),
  }),
]);
export type DeskPlace = z.infer<typeof deskPlaceSchema>;

export const PALETTE_COMMANDS = {
  runMenuCommand: command(work, z.object({ id: z.enum(MENU_COMMANDS) }), nothing),
  showOnDesk: command(chat, deskPlaceSchema, nothing),
} as const;
