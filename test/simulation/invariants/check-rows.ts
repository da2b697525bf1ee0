/** I16: every number that is stored is an integer that a number holds exactly. */
import type { Scene } from '../scene-shape.ts';
import { InvariantBroken, type Stored } from './stored.ts';

export function checkIntegers(scene: Scene, stored: Stored): void {
  for (const [key, { row }] of stored.byKey) checkValue(key, row);
  const entries = scene.server.disk.read('select * from ledger_entry');
  for (const entry of entries) checkValue('ledger_entry', entry);
}

function checkValue(where: string, value: unknown): void {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new InvariantBroken('I16', `${where}: ${value}`);
  if (typeof value !== 'object' || value === null) return;
  for (const one of Object.values(value)) checkValue(where, one);
}
