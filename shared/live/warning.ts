/** Which warning of running low holds (DOMAIN.md, "Live": warnings at 5:00, 2:00, 1:00). Pure. */
import type { Warning } from '../live.ts';

const WARNINGS: readonly Warning[] = [60_000, 120_000, 300_000];
/** A warning that was given is taken back only when this much more is left, ms: a figure that wavers warns once. */
const TAKEN_BACK_AFTER_MS = 10_000;

/** The warning that holds with `leftMs` until T* (null = never), after `before` held. */
export function warningAt(before: Warning | null, leftMs: number | null): Warning | null {
  if (leftMs === null) return null;
  const passed = WARNINGS.find((warning) => leftMs <= warning) ?? null;
  if (before === null || (passed !== null && passed <= before)) return passed;
  return leftMs <= before + TAKEN_BACK_AFTER_MS ? before : passed;
}
