/** The advisor's snippets, as main keeps them. */
import { useEffect } from 'react';
import { create } from 'zustand';
import type { Snippet } from '../../shared/snippets.ts';
import { api } from '../api.ts';

/** null until main has answered. */
export const useSnippets = create<{ snippets: readonly Snippet[] | null }>(() => ({ snippets: null }));

/** Asks and listens as long as somebody looks. */
export function useFollowSnippets(onFailed: (error: unknown) => void): void {
  useEffect(() => {
    const stop = api.on('snippetsChanged', (changed) => useSnippets.setState(changed));
    api.call('readSnippets', null).then((answer) => useSnippets.setState(answer), onFailed);
    return stop;
    // The latest handler need not ask again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
}

/** Throws AppError; the screen follows when main has them. */
export async function saveSnippets(snippets: readonly Snippet[]): Promise<void> {
  await api.call('saveSnippets', { snippets: [...snippets] });
}
