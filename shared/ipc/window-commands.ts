/** Windows and their look. */
import { z } from 'zod';
import { themeSchema } from '../preferences.ts';
import { all, command, desk, everyWindow, nothing, work } from './command.ts';

export const WINDOW_COMMANDS = {
  showDesk: command(everyWindow, nothing, nothing),
  closeWindow: command(all, nothing, nothing),
  minimiseWindow: command(all, nothing, nothing),
  toggleMaximiseWindow: command(all, nothing, nothing),
  /** Text of the window's title, e.g. "01:12 free – Mara Lindt". */
  setTitle: command(work, z.object({ title: z.string().max(300) }), nothing),
  setTheme: command(all, z.object({ theme: themeSchema }), nothing),
  readTheme: command(everyWindow, nothing, z.object({ theme: themeSchema })),
  /** Tells main that the desk shows its first complete picture (for --screenshot and start-up figures). */
  reportDeskReady: command(desk, nothing, nothing),
} as const;
