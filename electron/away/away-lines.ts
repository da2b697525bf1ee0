/** What the journal of stops amounts to: lives of running chats, stops to decide, decisions. Pure: a line in, the next state. */
import { z } from 'zod';
import { awayDecisionSchema, awayStopSchema, type AwayStop } from '../../shared/away/away-stop.ts';
import { assertNever } from '../../shared/errors.ts';
import { deviceRowSchema, idSchema, msSchema } from '../../shared/rows.ts';

export const AWAY_LINE_VERSION = 1;
/** Decided stops are remembered this long, so that a segment that waits in the outbox is not asked about again, ms. */
const REMEMBER_MS = 40 * 24 * 3_600_000;

const version = z.literal(AWAY_LINE_VERSION);

/** The last proof of life of a chat that runs; what a crash leaves. */
const keptLifeSchema = z.object({
  chatId: idSchema,
  userId: idSchema,
  segmentId: idSchema,
  atMonoMs: msSchema,
  recorded: z.array(z.object({ segmentId: idSchema, startedAtMonoMs: msSchema, endMonoMs: msSchema })),
});
export type KeptLife = z.infer<typeof keptLifeSchema>;

export const awayLineSchema = z.discriminatedUnion('kind', [
  z.object({ v: version, kind: z.literal('stopped'), stop: awayStopSchema }),
  /** Where the minutes in question end. */
  z.object({ v: version, kind: z.literal('cameBack'), id: idSchema, atMonoMs: msSchema }),
  /** The rows are written next; they are kept here until they are. */
  z.object({
    v: version,
    kind: z.literal('decided'),
    decision: awayDecisionSchema,
    rows: z.array(deviceRowSchema),
  }),
  z.object({ v: version, kind: z.literal('written'), ids: z.array(idSchema) }),
  /** All chats that run now. */
  z.object({ v: version, kind: z.literal('lives'), lives: z.array(keptLifeSchema) }),
]);
export type AwayLine = z.infer<typeof awayLineSchema>;
type DecidedLine = Extract<AwayLine, { kind: 'decided' }>;

export interface AwayState {
  undecided: Map<string, AwayStop>;
  /** Decided, the rows perhaps not in the outbox yet. */
  unwritten: Map<string, DecidedLine>;
  /** Every stop that was ever asked about, by server instant. */
  asked: Map<string, number>;
  lives: KeptLife[];
}

export function emptyAwayState(): AwayState {
  return { undecided: new Map(), unwritten: new Map(), asked: new Map(), lives: [] };
}

/** undefined for what is none of ours. */
export function readAwayLine(line: unknown): AwayLine | undefined {
  const parsed = awayLineSchema.safeParse(line);
  return parsed.success ? parsed.data : undefined;
}

/** Applies one line in place. */
export function applyAwayLine(state: AwayState, line: AwayLine): void {
  switch (line.kind) {
    case 'stopped':
      if (state.asked.has(line.stop.id)) return;
      state.asked.set(line.stop.id, line.stop.askedAtMs);
      state.undecided.set(line.stop.id, line.stop);
      return;
    case 'cameBack': {
      const stop = state.undecided.get(line.id);
      if (stop !== undefined) state.undecided.set(line.id, { ...stop, untilMonoMs: line.atMonoMs });
      return;
    }
    case 'decided':
      state.undecided.delete(line.decision.id);
      state.unwritten.set(line.decision.id, line);
      return;
    case 'written':
      for (const id of line.ids) state.unwritten.delete(id);
      return;
    case 'lives':
      state.lives = line.lives;
      return;
    default:
      assertNever(line);
  }
}

/** The lines that amount to this state: what compaction writes. */
export function linesOfAway(state: AwayState, nowMs: number): AwayLine[] {
  const v = AWAY_LINE_VERSION;
  const lines: AwayLine[] = [];
  for (const [id, askedAtMs] of state.asked) {
    const stop = state.undecided.get(id);
    if (stop !== undefined) lines.push({ v, kind: 'stopped', stop });
    else if (nowMs - askedAtMs < REMEMBER_MS || state.unwritten.has(id))
      lines.push(...settledLines(id, askedAtMs));
  }
  lines.push(...state.unwritten.values(), { v, kind: 'lives', lives: state.lives });
  return lines;
}

/** A stop of which only its having been asked about is remembered. */
function settledLines(id: string, askedAtMs: number): AwayLine[] {
  const v = AWAY_LINE_VERSION;
  const nothing = { lifeAtMonoMs: 0, fromMonoMs: 0, untilMonoMs: 0, fromMs: 0, cuts: [] };
  const names = { chatId: '-', userId: '-', bootId: '-', by: 'sleep' as const };
  return [
    { v, kind: 'stopped', stop: { id, ...names, ...nothing, askedAtMs } },
    { v, kind: 'decided', decision: { id, choice: 'notCounted' }, rows: [] },
    { v, kind: 'written', ids: [id] },
  ];
}
