/** What the advisor has chosen for one stop and not confirmed. */
import type { AwayChoice, AwayDecision } from '../../../shared/away/away-stop.ts';
import type { AwayRow } from '../../../shared/ipc/away-commands.ts';

export interface Draft {
  choice: AwayChoice;
  /** Minutes asked for, as typed: `3`, `3.5`, `3:30`; empty = all. */
  minutes: string;
}

export const NOT_COUNTED: Draft = { choice: 'notCounted', minutes: '' };

/** What is no number of minutes within the question asks for all of it. */
export function decisionOf(
  { id, questionMs }: AwayRow,
  { choice, minutes }: Draft,
  reason: string,
): AwayDecision {
  if (choice === 'notCounted') return { id, choice };
  const asked = readMinutes(minutes);
  return {
    id,
    choice,
    ...(minutes.trim() !== '' && asked > 0 && asked < questionMs && { lengthMs: asked }),
    ...(reason.trim() !== '' && { reason: reason.trim() }),
  };
}

/** ms; NaN for what is none. */
function readMinutes(typed: string): number {
  const [minutes = '', seconds = '0', ...more] = typed.trim().replace(',', '.').split(':');
  return more.length > 0 ? NaN : Math.round(Number(minutes) * 60_000 + Number(seconds) * 1_000);
}
