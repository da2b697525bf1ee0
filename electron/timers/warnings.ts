/** The warning that holds for each client whose chats run: remembered, so that a wavering figure warns once. */
import { warningAt } from '../../shared/live/warning.ts';
import type { Warning } from '../../shared/live.ts';

export interface Warnings {
  /** `leftMs` until T*; null = never, or nothing runs. */
  of(userId: string, leftMs: number | null): Warning | null;
}

export function createWarnings(): Warnings {
  const held = new Map<string, Warning>();
  return {
    of(userId, leftMs) {
      const warning = warningAt(held.get(userId) ?? null, leftMs);
      if (warning === null) held.delete(userId);
      else held.set(userId, warning);
      return warning;
    },
  };
}
