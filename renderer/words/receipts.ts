/** Receipts as sentences: what was confirmed, what was not, and why (UX.md, "Back online"). */
import { UNITS_PER_MINOR } from '../../shared/fold/billing.ts';
import type { Receipt, ReceiptKind } from '../../shared/receipts.ts';
import type { QuarantineReason } from '../../shared/rows.ts';
import { formatElapsed, formatMinor, formatTimeOfDay } from './format.ts';

export const RECEIPT_TITLES: Record<ReceiptKind, string> = {
  clamped: 'Counted in part',
  quarantined: 'Waits for your supervisor',
  unfunded: 'Recorded, not billed',
  takenOver: 'Taken over',
  stoppedElsewhere: 'Paused on another device',
  endedElsewhere: 'Ended elsewhere',
  ranElsewhereToo: 'Ran on two devices',
  ranBeside: 'Two chats ran at once',
  morePaid: 'More of it is paid',
  lessPaid: 'Less of it is paid',
  resumed: 'Went on after a top-up',
};

const REASONS: Record<QuarantineReason, string> = {
  notYourChat: 'the chat belongs to another advisor',
  endBeyondNow: 'its end lies in the future by the server’s clock',
  grownWithoutBeats: 'it grew by hours without a sign of life',
  tooOld: 'it is older than 35 days',
  idConflict: 'the server has other time under the same name',
  revoked: 'this device was revoked',
  afterChatEnd: 'the chat had ended before',
  manual: 'it was entered by hand',
  unfunded: 'the allowance without the server was used up',
};

/** Why time does not count before a ruling, to stand after a colon. */
export function waitingBecause(reason: QuarantineReason): string {
  return REASONS[reason];
}

/** `03:40 confirmed · 00:30 not covered · 1.00 cr less`: the difference first, nothing where there is none. */
export function differenceOf(
  receipt: Pick<Receipt, 'shownMs' | 'confirmedMs' | 'shownUnits' | 'confirmedUnits'>,
  locale?: string,
): string {
  const lostMs = receipt.shownMs - receipt.confirmedMs;
  const parts = [
    `${formatElapsed(receipt.confirmedMs)} confirmed`,
    lostMs < 1_000 ? '' : `${formatElapsed(lostMs)} not covered`,
    creditsOf(receipt, locale),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function creditsOf(
  { shownUnits, confirmedUnits }: Pick<Receipt, 'shownUnits' | 'confirmedUnits'>,
  locale?: string,
): string {
  const minor = Math.trunc((confirmedUnits - shownUnits) / UNITS_PER_MINOR);
  if (minor === 0) return '';
  return `${formatMinor(Math.abs(minor), locale)} cr ${minor > 0 ? 'more' : 'less'}`;
}

/** Why, in one sentence. */
export function reasonOf(
  receipt: Pick<Receipt, 'kind' | 'reason' | 'deviceName' | 'fromMs' | 'untilMs'>,
  locale?: string,
): string {
  const { kind, reason, fromMs, untilMs } = receipt;
  const device = receipt.deviceName || 'another device';
  const stoppedAt = formatTimeOfDay(untilMs, locale);
  const span = `from ${formatTimeOfDay(fromMs, locale)} to ${formatTimeOfDay(untilMs, locale)}`;
  switch (kind) {
    case 'clamped':
      return 'The server counts only up to the moment it received the time; the rest lay ahead of its clock and is not billed.';
    case 'quarantined':
      return `This time is kept, but not billed before your supervisor decides: ${REASONS[reason ?? 'manual']}.`;
    case 'unfunded':
      return 'The allowance for time without the server was used up: the time is kept, and your supervisor decides whether it counts.';
    case 'takenOver':
      return `Taken over by ${device} at ${stoppedAt}. Its clock goes on there; what both counted is charged once.`;
    case 'stoppedElsewhere':
      return `Paused on ${device} at ${stoppedAt}. What ran here after that is not billed.`;
    case 'endedElsewhere':
      return receipt.deviceName
        ? `Ended on ${device} at ${stoppedAt}. What ran here after that is not billed.`
        : `The chat was ended elsewhere at ${stoppedAt}. What ran here after that is not billed.`;
    case 'ranElsewhereToo':
      return `The chat also ran on ${device} ${span}: your client pays for that time once.`;
    case 'ranBeside':
      return `Another chat of this client ran on ${device} ${span}: both used free time and credits.`;
    case 'morePaid':
      return 'The time is the same, but free time that was shown here had been used elsewhere, so more of it is paid.';
    case 'lessPaid':
      return 'The time is the same, but there was more free time or a lower price than shown here, so less of it is paid.';
    case 'resumed':
      return `The credits had ended; a top-up came within three minutes, so the clock went on by itself at ${formatTimeOfDay(fromMs, locale)}.`;
  }
}

/** Difference and reason in one: what the toast says and the search finds. */
export function receiptSentence(receipt: Receipt, locale?: string): string {
  return receipt.kind === 'resumed'
    ? reasonOf(receipt, locale)
    : `${differenceOf(receipt, locale)}. ${reasonOf(receipt, locale)}`;
}

/** Receipts whose client, chat or words hold every word of the query, newest first. */
export function findReceipts(
  receipts: readonly Receipt[],
  query: string,
  chatName: (chatId: string) => string,
): Receipt[] {
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean);
  return receipts
    .filter((receipt) => {
      const text =
        `${receipt.clientName ?? receipt.userId} ${chatName(receipt.chatId)} ${RECEIPT_TITLES[receipt.kind]} ${receiptSentence(receipt)}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? -1 : 1));
}
