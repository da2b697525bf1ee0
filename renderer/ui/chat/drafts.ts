/** What is written but not sent, kept on this computer for each chat until it is sent or the member signs out. */
const PREFIX = 'chatclock.draft.';

export function readDraft(chatId: string): string {
  return localStorage.getItem(PREFIX + chatId) ?? '';
}

export function keepDraft(chatId: string, text: string): void {
  if (text === '') return localStorage.removeItem(PREFIX + chatId);
  try {
    localStorage.setItem(PREFIX + chatId, text);
  } catch {
    // The store is full: the text is still in the composer, only a restart would lose it.
  }
}

/** Another member of this computer must not read them. */
export function forgetDrafts(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}
