/** Sessions held outside the app: timers without a window, what is typed afterwards, taking it back. */
import { z } from 'zod';
import { outsideSessionSchema, outsideSnapshotSchema } from '../outside.ts';
import { idSchema, nameSchema } from '../rows.ts';
import { command, desk, nothing } from './command.ts';

export const OUTSIDE_COMMANDS = {
  readOutside: command(desk, nothing, outsideSnapshotSchema),
  /** Runs in main, without a chat window, until it is stopped, the computer sleeps or the app is closed. */
  startOutsideTimer: command(
    desk,
    z.object({ userId: idSchema, topic: nameSchema }),
    z.object({ id: idSchema }),
  ),
  stopOutsideTimer: command(desk, z.object({ id: idSchema }), nothing),
  /** Can be undone for 8 s. */
  discardOutsideTimer: command(desk, z.object({ id: idSchema }), nothing),
  /** Saved when it is answered, sent after the 8 s in which it can be undone. Throws badInput for impossible times. */
  saveOutsideSession: command(desk, outsideSessionSchema, z.object({ id: idSchema })),
  /** Takes back a discarded timer, a saved session or a withdrawal that is not sent yet. */
  undoOutside: command(desk, z.object({ id: idSchema }), nothing),
  /** Takes back a sent `manual` segment of this device: a trimMark of nothing, unless a supervisor rules otherwise. */
  withdrawManualTime: command(desk, z.object({ segmentId: idSchema, chatId: idSchema }), nothing),
} as const;
