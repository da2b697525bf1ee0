/** What the palette of any window asks of main. */
import type { PALETTE_COMMANDS } from '../../shared/ipc/palette-commands.ts';
import type { HandlersOf } from '../ipc.ts';
import { pressMenuItem } from '../menu.ts';
import type { CommandDeps } from './command-deps.ts';

export function paletteHandlers({ windows }: CommandDeps): HandlersOf<typeof PALETTE_COMMANDS> {
  return {
    runMenuCommand({ id }) {
      pressMenuItem(id);
      return null;
    },
    showOnDesk(place) {
      windows.show('desk');
      windows.send('deskPageWanted', place, ['desk']);
      return null;
    },
  };
}
