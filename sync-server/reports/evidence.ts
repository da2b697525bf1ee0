/** What the server knows of each segment of one chat: where it was placed and how well, what counts of it, and why. */
import { anchorErrorAt, type Anchor } from '../../shared/admission/anchor.ts';
import { compareCodeUnits } from '../../shared/code-unit-order.ts';
import { AppError } from '../../shared/errors.ts';
import type { Evidence, SegmentEvidence } from '../../shared/reports/timeline.ts';
import { assertReaderOfAll } from '../core/pages.ts';
import { fillUserBook, type SegmentEntry, type UserBook } from '../core/user-book.ts';
import type { Actor } from '../ports.ts';
import { readStored } from '../storage/row-store.ts';
import type { Storage } from '../storage/storage.ts';
import type { Reports } from './reports.ts';

/** What devices said of themselves: read past the writer, as the rows are. */
interface Devices {
  nameOf(deviceId: string): string;
  /** As the boot has it now: a better one may have come after the segment was placed. */
  anchor(deviceId: string, bootId: string): Anchor | undefined;
}

/** Throws AppError notAllowed for who may not review, unknownReference when there is no such chat. */
export async function readEvidence(
  actor: Actor,
  chatId: string,
  { rows, storage }: { rows: Reports['rows']; storage: Storage },
): Promise<Evidence> {
  assertReaderOfAll(actor);
  const chat = (await rows.byIds([chatId])).find((one) => one.type === 'chat');
  if (chat === undefined || chat.userId === null) throw new AppError('unknownReference', { chatId });
  const book = fillUserBook(chat.userId, (await rows.ofUsers([chat.userId])).map(readStored));
  const entries = [...(book.chats.get(chatId)?.segments.values() ?? [])];
  const devices = await readDevices(storage, [...new Set(entries.map(({ row }) => row.deviceId))]);
  return {
    chatId,
    segments: entries
      .flatMap((entry) => evidenceOf(entry, book, devices))
      .sort((a, b) => a.startMs - b.startMs || compareCodeUnits(a.segmentId, b.segmentId)),
  };
}

function evidenceOf({ row, admission }: SegmentEntry, book: UserBook, devices: Devices): SegmentEvidence[] {
  // Every stored segment has its verdict from the same commit; a copy of an older version may not.
  if (admission === undefined) return [];
  const { startMs, admittedElapsedMs, pendingMs, code, reason, flags } = admission.row;
  const anchor = row.source === 'manual' ? undefined : devices.anchor(row.deviceId, row.bootId);
  const deviceName = devices.nameOf(row.deviceId);
  const trims = (book.trimsOf.get(row.id) ?? []).map((trim) => trim.row.elapsedMs);
  const ruling = [...book.factsByType.ruling.values()]
    .filter((one) => one.row.targetId === row.id)
    .sort((a, b) => a.seq - b.seq)
    .at(-1)?.row;
  return [
    {
      ...{ segmentId: row.id, deviceId: row.deviceId, source: row.source, funding: row.funding },
      ...(deviceName !== '' && { deviceName }),
      ...{ startMs, admittedMs: admittedElapsedMs, claimedMs: row.elapsedMs, pendingMs, code },
      ...(reason !== undefined && { reason }),
      ...{ isUnanchored: flags.includes('unanchored'), isClosed: row.closed, wallStartMs: row.startedAtMs },
      ...(row.closeReason !== undefined && { closeReason: row.closeReason }),
      ...(anchor !== undefined && { clockErrorMs: Math.ceil(anchorErrorAt(anchor, row.startedAtMonoMs)) }),
      ...(trims.length > 0 && { trimmedToMs: Math.min(...trims) }),
      ...(ruling !== undefined && {
        ruling: { action: ruling.action, byId: ruling.byId ?? '', reason: ruling.reason ?? '' },
      }),
    },
  ];
}

async function readDevices({ reader, isIn }: Storage, deviceIds: readonly string[]): Promise<Devices> {
  if (deviceIds.length === 0) return { nameOf: () => '', anchor: () => undefined };
  const beats = await reader
    .selectFrom('device_beat')
    .select(['device_id', 'device_name'])
    .where(isIn('device_id', deviceIds))
    .execute();
  const anchors = await reader
    .selectFrom('boot_anchor')
    .selectAll()
    .where(isIn('device_id', deviceIds))
    .execute();
  return {
    nameOf: (deviceId) => beats.find((one) => one.device_id === deviceId)?.device_name ?? '',
    anchor(deviceId, bootId) {
      const found = anchors.find((one) => one.device_id === deviceId && one.boot_id === bootId);
      return found && { offsetMs: found.offset_ms, errorMs: found.error_ms, atMonoMs: found.at_mono_ms };
    },
  };
}
