/** An advisor's snippets, and printing what is read. */
import { z } from 'zod';
import { snippetsSchema } from '../snippets.ts';
import { command, desk, nothing, work } from './command.ts';

export const SNIPPET_COMMANDS = {
  /** Those of whoever is signed in. */
  readSnippets: command(work, nothing, z.object({ snippets: snippetsSchema })),
  /** All of them; answered when they are on disk. */
  saveSnippets: command(desk, z.object({ snippets: snippetsSchema }), nothing),
  /** Opens the system's dialog for this window's page. Throws printFailed. */
  printPage: command(work, nothing, nothing),
} as const;

export const SNIPPET_EVENTS = { snippetsChanged: z.object({ snippets: snippetsSchema }) } as const;
