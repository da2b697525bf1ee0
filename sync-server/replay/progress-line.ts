/** One line on standard error that says how far a replay is: rewritten on a terminal, every 5 s elsewhere. */
import type { ReplayProgress } from './replay.ts';

const EVERY_NS = { terminal: 100_000_000n, elsewhere: 5_000_000_000n };

/** e.g. 3:17:00 */
export function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const pad = (n: number): string => String(n).padStart(2, '0');
  return `${Math.floor(seconds / 3_600)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
}

export interface ProgressOutput {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** One line of text that stands for how far something is. */
export function createTextLine(out: ProgressOutput, monotonicNs: () => bigint) {
  const everyNs = out.isTTY === true ? EVERY_NS.terminal : EVERY_NS.elsewhere;
  let shownAtNs: bigint | undefined;
  let last = '';
  let shown = '';

  function write(): void {
    if (last === shown) return;
    out.write(out.isTTY === true ? `\r\x1b[K${last}` : `${last}\n`);
    shown = last;
    shownAtNs = monotonicNs();
  }

  return {
    show(text: string): void {
      last = text;
      if (shownAtNs === undefined || monotonicNs() - shownAtNs >= everyNs) write();
    },
    /** Shows the last state and ends the line; may be called twice. */
    finish(): void {
      if (last === '') return;
      write();
      if (out.isTTY === true) out.write('\n');
      last = '';
      shown = '';
    },
  };
}

export function createProgressLine(out: ProgressOutput, monotonicNs: () => bigint) {
  const line = createTextLine(out, monotonicNs);
  return {
    ...line,
    show(p: ReplayProgress): void {
      line.show(
        `${clockText(p.offsetMs)} of ${clockText(p.lengthMs)} · ${p.playedEvents}/${p.allEvents} events · ${p.messages} messages · ${p.openChats} chats open, ${p.endedChats} ended`,
      );
    },
  };
}
