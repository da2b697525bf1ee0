/** The mini timer: which chats it lists, and what can be done from it. */
import { z } from 'zod';
import { idSchema } from '../rows.ts';
import { command, mini, nothing } from './command.ts';

export const dockSchema = z.object({
  /** Chats with a window on this device; names are left out where the person hides them. */
  chats: z.array(z.object({ chatId: idSchema, clientName: z.string() })),
});
export type DockSnapshot = z.infer<typeof dockSchema>;

export const DOCK_COMMANDS = {
  readDock: command(mini, nothing, dockSchema),
  /** Brings the chat's window to the front; no clock starts by it. */
  focusDockChat: command(mini, z.object({ chatId: idSchema }), nothing),
  /** Pauses what runs, starts what stands still. */
  toggleDockTimer: command(mini, z.object({ chatId: idSchema }), nothing),
  /** 320×40 or 320×220 px. */
  growMini: command(mini, z.object({ isGrown: z.boolean() }), nothing),
  /** The window in front after the mini timer (F6). */
  leaveMini: command(mini, nothing, nothing),
} as const;

export const DOCK_EVENTS = {
  dockChanged: dockSchema,
} as const;
