/** Keeps an advisor's snippets in a file of their own folder on this profile. */
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { snippetsSchema, type Snippet } from '../../shared/snippets.ts';
import { readPrivateJson, writePrivateJson } from '../private-file.ts';

export interface SnippetsDeps {
  /** The file of whoever is signed in; null = nobody is. */
  file(): string | null;
}

export type Snippets = ReturnType<typeof createSnippets>;

export function createSnippets({ file }: SnippetsDeps) {
  let writing: Promise<void> = Promise.resolve();

  function ownFile(): string {
    const path = file();
    if (path === null) throw new AppError('notSignedIn');
    return path;
  }

  return {
    async read(): Promise<Snippet[]> {
      const path = ownFile();
      await writing;
      const found = await readPrivateJson(path, snippetsSchema);
      // What cannot be read is not written over.
      if (found === undefined && existsSync(path)) await rename(path, `${path}.unreadable`);
      return found ?? [];
    },
    /** Resolves when they are on disk. */
    async save(snippets: readonly Snippet[]): Promise<void> {
      const path = ownFile();
      const next = writing.then(() => writePrivateJson(path, snippets));
      writing = next.catch(() => undefined); // The next save tries again; this one's caller is told.
      await next;
    },
  };
}
