/**
 * Where the rows of one chat ended, by the boot that wrote them, and its marks by server sequence: kept with every row,
 * so that placing the next one needs no walk over the chat's history.
 */
import type { ChatEnd, MarkAdmission, SegmentAdmission, StopMark, TimeSegment } from '../../shared/rows.ts';
import { createPrefixMax, type PrefixMax, type Ranked } from './prefix-max.ts';

/** An entry of the book, as far as order needs it. */
interface OrderedSegment {
  row: TimeSegment;
  admission?: { row: SegmentAdmission };
}
interface OrderedMark {
  seq: number;
  row: StopMark | ChatEnd;
  admission?: { row: MarkAdmission };
}

interface BootOrder {
  /** Admitted ends of segments by monotonic start. */
  segments: PrefixMax;
  /** Admitted marks by monotonic instant. */
  marks: PrefixMax;
}

export interface ChatOrder {
  boots: Map<string, BootOrder>;
  /** Admitted marks by their sequence. */
  marksBySeq: PrefixMax;
  ofSegments: Map<OrderedSegment, Ranked>;
  /** Marks that are entered: an admitted one never changes. */
  ofMarks: Set<OrderedMark>;
}

export function createChatOrder(): ChatOrder {
  return {
    boots: new Map(),
    marksBySeq: createPrefixMax(),
    ofSegments: new Map(),
    ofMarks: new Set(),
  };
}

/** Manual and quarantined rows say nothing. Call whenever the segment or its admission changed. */
export function noteSegmentOrder(order: ChatOrder, entry: OrderedSegment): void {
  const { row, admission } = entry;
  if (row.source === 'manual' || admission === undefined || admission.row.code === 'quarantined') return;
  const endMs = admission.row.startMs + admission.row.admittedElapsedMs;
  const { segments } = bootOrder(order, row.deviceId, row.bootId);
  const ranked = order.ofSegments.get(entry);
  if (ranked === undefined) order.ofSegments.set(entry, segments.add(row.startedAtMonoMs, endMs));
  else segments.change(ranked, endMs);
}

/** Call whenever the mark or its admission changed. */
export function noteMarkOrder(order: ChatOrder, entry: OrderedMark): void {
  const { seq, row, admission } = entry;
  if (admission?.row.code !== 'admitted' || order.ofMarks.has(entry)) return;
  const { atMs } = admission.row;
  const { deviceId, bootId, atMonoMs } = row;
  order.ofMarks.add(entry);
  order.marksBySeq.add(seq, atMs);
  if (deviceId !== undefined && bootId !== undefined && atMonoMs !== undefined)
    bootOrder(order, deviceId, bootId).marks.add(atMonoMs, atMs);
}

/** What a boot has in a chat; undefined when nothing. */
export function findBootOrder(order: ChatOrder, deviceId: string, bootId: string): BootOrder | undefined {
  return order.boots.get(keyOf(deviceId, bootId));
}

function bootOrder(order: ChatOrder, deviceId: string, bootId: string): BootOrder {
  const key = keyOf(deviceId, bootId);
  let boot = order.boots.get(key);
  if (boot === undefined)
    order.boots.set(key, (boot = { segments: createPrefixMax(), marks: createPrefixMax() }));
  return boot;
}

function keyOf(deviceId: string, bootId: string): string {
  return JSON.stringify([deviceId, bootId]);
}
