/** What the palette lists for what was typed: commands first, then what was found. */
import { fuzzyScore } from '../../search/highlight.ts';
import type { FoundText } from '../../stores/search.ts';
import { formatDay } from '../../words/format.ts';
import type { IconName } from '../icons.tsx';
import type { PaletteCommand } from './commands.ts';
import { keepRecent, readRecent } from './recent-commands.ts';

export interface PaletteItem {
  id: string;
  group: string;
  icon: IconName;
  text: string;
  /** Before the text: whose it is. */
  who: string | null;
  more: string;
  keys: readonly string[];
  /** It says in `more` why it cannot be done now. */
  isOff: boolean;
  run(): void;
}

const GROUPS: Record<FoundText['kind'], { name: string; icon: IconName }> = {
  client: { name: 'Clients', icon: 'user' },
  chat: { name: 'Chats', icon: 'message' },
  note: { name: 'Notes', icon: 'eye' },
  message: { name: 'Messages', icon: 'clock' },
};

/** How a chat with a found client is started, and what that would do. */
export interface Starter {
  effectOf(userId: string): string;
  start(client: { id: string; name: string }): void;
}

export function foundItems(
  hits: readonly FoundText[],
  onFound: (found: FoundText) => void,
  starter: Starter | null,
): PaletteItem[] {
  return hits.flatMap((hit): PaletteItem[] => {
    const { name: group, icon } = GROUPS[hit.kind];
    const shown: PaletteItem = {
      ...{ id: hit.key, group, icon, text: hit.text, keys: [], isOff: false },
      who: hit.kind === 'message' || hit.kind === 'note' ? hit.clientName : null,
      more: hit.atMs === 0 ? '' : formatDay(hit.atMs),
      run: () => onFound(hit),
    };
    if (hit.kind !== 'client' || starter === null) return [shown];
    const start: PaletteItem = {
      ...shown,
      ...{ id: `start:${hit.id}`, icon: 'play', text: `Start a chat with ${hit.text}` },
      more: starter.effectOf(hit.id),
      run: () => starter.start({ id: hit.id, name: hit.text }),
    };
    return [shown, start];
  });
}

/** Commands that fit, the best first; with nothing typed those used last come first. */
export function commandItems(commands: readonly PaletteCommand[], typed: string): PaletteItem[] {
  const recent = readRecent();
  const place = (id: string) => (recent.includes(id) ? recent.indexOf(id) : recent.length);
  return commands
    .flatMap((command) => {
      const score = typed.trim() === '' ? 0 : fuzzyScore(command.name, typed);
      return score === null ? [] : [{ command, score }];
    })
    .sort((a, b) => b.score - a.score || place(a.command.id) - place(b.command.id))
    .map(({ command }) => ({
      ...{ id: command.id, group: 'Commands', icon: command.icon, text: command.name, who: null },
      more: command.notNow ?? '',
      keys: command.keys,
      isOff: command.notNow !== null,
      run: () => {
        keepRecent(command.id);
        command.run();
      },
    }));
}
