/** What is kept of sessions outside across crashes: timers up to their last beat, and what can still be undone. */
import { z } from 'zod';
import { heldEntrySchema, outsideTimerSchema } from '../../shared/outside.ts';
import { deviceRowSchema, idSchema, msSchema } from '../../shared/rows.ts';

const keptTimerSchema = outsideTimerSchema.extend({
  bootId: idSchema,
  startedAtMonoMs: msSchema,
  /** Of a discarded one: it is gone from then on, ms on the boot's clock. */
  untilMonoMs: msSchema.nullable(),
});
export type KeptTimer = z.infer<typeof keptTimerSchema>;

const keptEntrySchema = heldEntrySchema.extend({
  rows: z.array(deviceRowSchema),
  /** It is sent from then on, ms on the boot's clock. */
  untilMonoMs: msSchema,
  /** The timer it came from: undone, it stands there again. */
  timer: keptTimerSchema.nullable(),
});
export type KeptEntry = z.infer<typeof keptEntrySchema>;

export const outsideStateSchema = z.object({
  timers: z.array(keptTimerSchema),
  held: z.array(keptEntrySchema),
});
export type OutsideState = z.infer<typeof outsideStateSchema>;

/**
 * After a crash nobody knows whether a session went on: a running timer stands at its last beat. What could be undone is
 * sent, and what was thrown away is gone, since both had been said.
 */
export function afterRestart({ timers, held }: OutsideState): OutsideState {
  return {
    timers: timers
      .filter(({ phase }) => phase !== 'discarded')
      .map((timer) =>
        timer.phase === 'running'
          ? { ...timer, phase: 'stopped' as const, stoppedBy: 'quit' as const }
          : timer,
      ),
    held: held.map((entry) => ({ ...entry, untilMonoMs: 0 })),
  };
}
