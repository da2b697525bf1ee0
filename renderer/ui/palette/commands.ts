/** A palette's commands: names and keys from the one list, what they do from the window that offers them. */
import { keyCaps, offeredIn, type PaletteId, type PaletteWindow } from '../../../shared/shortcuts.ts';
import type { IconName } from '../icons.tsx';

export interface CommandAction {
  icon: IconName;
  run(): void;
  /** Why it cannot be done now; null = it can. */
  notNow?: string | null;
  /** Says nothing to whoever is here now: it is not offered. */
  isAbsent?: boolean;
}

export interface PaletteCommand {
  id: string;
  icon: IconName;
  name: string;
  /** Key caps. */
  keys: readonly string[];
  notNow: string | null;
  run(): void;
}

/** Single letters are shown only where they work: `hasSingleKeys`. */
export function paletteCommands<W extends PaletteWindow>(
  window: W,
  actions: Record<PaletteId<W>, CommandAction>,
  { hasSingleKeys, isMac }: { hasSingleKeys: boolean; isMac: boolean },
): PaletteCommand[] {
  return offeredIn(window).flatMap(({ id, name, keys, isSingleKey }) => {
    const { icon, run, notNow = null, isAbsent = false } = actions[id];
    if (isAbsent) return [];
    const areShown = keys !== null && (hasSingleKeys || !isSingleKey);
    return [{ id, icon, name, keys: areShown ? keyCaps(keys, isMac) : [], notNow, run }];
  });
}
