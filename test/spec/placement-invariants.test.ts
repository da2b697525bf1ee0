import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Anchor } from '../../shared/admission/anchor.ts';
import { placeMark, placeStart, type Claim } from '../../shared/admission/placement.ts';
import { foldUser } from '../../shared/fold/fold.ts';
import { emptyFoldInput } from '../../shared/fold/fold-input.ts';
import { createUserFold } from '../../shared/fold/user-fold.ts';
import { PROPERTY_TIMEOUT_MS, runs } from './property-runs.ts';

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS });

const BOOT_MS = 1_000_000;

/** What one device does with one chat, in its own order: runs for a while and marks an end, or hears of others' marks. */
interface Deed {
  kind: 'run' | 'runAndMark' | 'foreignMark';
  waitMs: number;
  ranMs: number;
  /** By how much the boot's anchor is off when the server places the row. */
  anchorOffMs: number;
  hasAnchor: boolean;
  knowsMarks: boolean;
}

const deed: fc.Arbitrary<Deed> = fc
  .tuple(
    fc.nat({ max: 5 }),
    fc.nat({ max: 3_000 }),
    fc.nat({ max: 4_000 }),
    fc.integer({ min: -1_000, max: 1_000 }),
    fc.nat({ max: 7 }),
  )
  .map(([kind, waitMs, ranMs, anchorOffMs, bits]) => ({
    kind: kind < 3 ? 'runAndMark' : kind < 5 ? 'run' : 'foreignMark',
    ...{ waitMs, ranMs, anchorOffMs, hasAnchor: bits !== 0, knowsMarks: bits % 2 === 1 },
  }));

interface Placed {
  id: string;
  startMs: number;
  ranMs: number;
  /** Marks that existed for its device when it started. */
  knownMarkIds: string[];
}

/** Places every row as the server does, with the floors of DOMAIN.md "Placement and admission". */
function place(deeds: readonly Deed[]): {
  segments: Placed[];
  marks: { id: string; atMs: number; own: boolean }[];
} {
  const segments: Placed[] = [];
  const marks: { id: string; atMs: number; own: boolean }[] = [];
  let monoMs = 10_000;
  let earlierRowsEndMs = 0;
  let known: string[] = [];
  deeds.forEach((one, index) => {
    monoMs += one.waitMs;
    const anchorAt = (atMonoMs: number): Anchor | null =>
      one.hasAnchor ? { offsetMs: BOOT_MS + one.anchorOffMs, errorMs: 20, atMonoMs } : null;
    const claim = (atMonoMs: number, elapsedMs: number): Claim => ({
      ...{
        anchor: anchorAt(atMonoMs),
        monoMs: atMonoMs,
        wallMs: BOOT_MS + atMonoMs + one.anchorOffMs,
        elapsedMs,
      },
      ...{ receivedMs: BOOT_MS + monoMs + 60_000, lastContactMs: 0, earlierRowsEndMs },
    });
    if (one.kind === 'foreignMark') {
      marks.push({ id: `mark-${index}`, atMs: BOOT_MS + monoMs + one.anchorOffMs, own: false });
      return;
    }
    if (one.knowsMarks) known = marks.map((mark) => mark.id);
    const knownMarkIds = [...new Set([...known, ...marks.filter((mark) => mark.own).map((mark) => mark.id)])];
    const knownMarkMs = Math.max(
      0,
      ...marks.filter((mark) => known.includes(mark.id)).map((mark) => mark.atMs),
    );
    const startMs = placeStart(claim(monoMs, one.ranMs), knownMarkMs).atMs;
    segments.push({ id: `segment-${index}`, startMs, ranMs: one.ranMs, knownMarkIds });
    monoMs += one.ranMs;
    earlierRowsEndMs = Math.max(earlierRowsEndMs, startMs + one.ranMs);
    if (one.kind === 'run') return;
    const { atMs } = placeMark(claim(monoMs, 0));
    marks.push({ id: `mark-${index}`, atMs, own: true });
    earlierRowsEndMs = Math.max(earlierRowsEndMs, atMs);
  });
  return { segments, marks };
}

function inputOf({ segments, marks }: ReturnType<typeof place>) {
  const input = emptyFoldInput();
  input.chats.push({ id: 'c', userId: 'u', advisorId: 'a', openedAtMs: 0, order: 0 });
  segments.forEach(({ id, startMs, ranMs }, order) => {
    const claimed = { id, chatId: 'c', startedAtMs: startMs, elapsedMs: ranMs, order } as const;
    input.segments.push({ ...claimed, source: 'timer', funding: 'funded' });
  });
  for (const { id, atMs } of marks) input.stopMarks.push({ id, chatId: 'c', atMs, order: 0 });
  return input;
}

const deeds = fc.array(deed, { minLength: 1, maxLength: 8 });

describe('I21: placement', () => {
  it('lets no mark cut a segment that started after it or in knowledge of it, however clocks are estimated', () => {
    fc.assert(
      fc.property(deeds, (all) => {
        const placed = place(all);
        for (const segment of placed.segments) {
          for (const mark of placed.marks) {
            if (!segment.knownMarkIds.includes(mark.id)) continue;
            if (segment.startMs < mark.atMs) expect.fail(`${mark.id} cuts ${segment.id}`);
          }
        }
      }),
      runs(),
    );
  });

  it('loses nothing of what one device ran, pausing and going on, while others mark nothing', () => {
    fc.assert(
      fc.property(deeds, (all) => {
        const placed = place(all.filter((one) => one.kind !== 'foreignMark'));
        const ranMs = placed.segments.reduce((sum, one) => sum + one.ranMs, 0);
        const input = inputOf(placed);
        expect(foldUser('u', input).chats[0]?.trackedMs).toBe(ranMs);
        const fold = createUserFold('u', 1);
        fold.enter({ chats: input.chats });
        for (const segment of input.segments) fold.enter({ segments: [segment] });
        for (const mark of input.stopMarks) fold.enter({ stopMarks: [mark] });
        expect(fold.settle().settled.chats[0]?.trackedMs).toBe(ranMs);
      }),
      runs(),
    );
  });
});
