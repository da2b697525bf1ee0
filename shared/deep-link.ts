/**
 * `chatclock://chat/<id>`: the one thing a link from outside may ask for. It shows a chat on the desk; it opens no chat
 * window, starts no timer, and does nothing with money (SECURITY.md D10).
 */

export const DEEP_LINK_SCHEME = 'chatclock';
/** Longest link, UTF-16 units. */
const MAX_LENGTH = 2_048;
/** Ids as they travel: visible ASCII without what could mean something in a path, a query or another escape. */
const CHAT_LINK = /^chatclock:\/\/chat\/([A-Za-z0-9_.~:-]{1,200})\/?$/;

export interface ChatLink {
  chatId: string;
}

/** The link's chat; null for everything that is not exactly such a link. */
export function parseDeepLink(text: string): ChatLink | null {
  if (text.length > MAX_LENGTH) return null;
  const chatId = CHAT_LINK.exec(text)?.[1];
  return chatId === undefined || /^\.{1,2}$/.test(chatId) ? null : { chatId };
}

/** The link among a program's arguments: of exactly one argument with our scheme, else none. */
export function deepLinkOf(argv: readonly string[]): ChatLink | null {
  const links = argv.filter((arg) => arg.toLowerCase().startsWith(`${DEEP_LINK_SCHEME}:`));
  return links.length === 1 ? parseDeepLink(links[0] as string) : null;
}
