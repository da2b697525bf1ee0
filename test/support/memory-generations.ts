import type { GenerationStore } from '../../renderer/database/local-database.ts';

/** Generations of database names as localStorage keeps them, for one simulated profile. */
export function memoryGenerations(): GenerationStore & { all: Map<string, number> } {
  const all = new Map<string, number>();
  return {
    all,
    read: (name) => all.get(name) ?? 0,
    write: (name, generation) => void all.set(name, generation),
  };
}
