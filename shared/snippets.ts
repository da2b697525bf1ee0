/** Texts an advisor writes often, kept on this computer for them alone. */
import { z } from 'zod';
import { idSchema, MESSAGE_MAX_LENGTH } from './rows.ts';

export const SNIPPETS_MAX = 100;
export const SNIPPET_NAME_MAX = 60;

export const snippetSchema = z.object({
  id: idSchema,
  name: z.string().min(1).max(SNIPPET_NAME_MAX),
  text: z.string().min(1).max(MESSAGE_MAX_LENGTH),
});
export type Snippet = z.infer<typeof snippetSchema>;
export const snippetsSchema = z.array(snippetSchema).max(SNIPPETS_MAX);

/** Those whose name or text has every word that was typed; by name first. Pure. */
export function findSnippets(snippets: readonly Snippet[], typed: string): Snippet[] {
  const words = typed.trim().toLocaleLowerCase().split(/\s+/u).filter(Boolean);
  const has = (text: string) => words.every((word) => text.toLocaleLowerCase().includes(word));
  const byName = snippets.filter(({ name }) => has(name));
  return [...byName, ...snippets.filter((one) => !byName.includes(one) && has(`${one.name} ${one.text}`))];
}

/** `text` with `inserted` in place of what is selected, and where the caret is then. Pure. */
export function insertAt(
  text: string,
  inserted: string,
  { start, end }: { start: number; end: number },
): { text: string; caret: number } {
  return { text: text.slice(0, start) + inserted + text.slice(end), caret: start + inserted.length };
}
