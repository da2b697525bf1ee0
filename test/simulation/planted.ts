/**
 * Bugs planted one at a time in a scratch copy of the source; the simulation run there must find each. A patch that no
 * longer fits its file is a failure too: the list lives with the code.
 */
import type { ProfileName } from './profiles.ts';

export interface PlantedBug {
  name: string;
  file: string;
  /** Stands in the file exactly once. */
  find: string;
  put: string;
  profile: ProfileName;
  /** A seed that catches it. */
  seed: number;
}

export const PLANTED: readonly PlantedBug[] = [
  {
    name: 'last writer wins instead of join',
    file: 'shared/segment-join.ts',
    find: '  const elapsedMs = Math.max(a.elapsedMs, b.elapsedMs);',
    put: '  if (a !== undefined) return { ...a, ...b };\n  const elapsedMs = Math.max(a.elapsedMs, b.elapsedMs);',
    profile: 'lossy',
    seed: 1,
  },
  {
    name: 'sum instead of union',
    file: 'shared/fold/union.ts',
    find: 'if (last === undefined || startMs > last.endMs) {',
    put: 'if (last === undefined || startMs >= last.startMs) {',
    profile: 'long-partition',
    seed: 3,
  },
  {
    name: 'sequence hole',
    file: 'sync-server/core/work.ts',
    find: 'before?.seq ?? ++seq',
    put: 'before?.seq ?? (seq += 2)',
    profile: 'calm',
    seed: 1,
  },
  {
    name: 'page hole unnoticed',
    file: 'renderer/replication/puller.ts',
    find: "          if (page.fromSeq > held.seq) return 'gap';\n",
    put: '',
    profile: 'lossy',
    seed: 1,
  },
  {
    name: 'acknowledging what was not sent',
    file: 'renderer/replication/push-queue.ts',
    find: '  function drop(matched: readonly AnsweredRow[]): void {\n',
    put: '  function drop(matched: readonly AnsweredRow[]): void {\n    waiting.clear();\n',
    profile: 'lossy',
    seed: 1,
  },
  {
    name: 'acknowledging without elapsed',
    file: 'shared/outbox.ts',
    find: "  if (row.type !== 'timeSegment') return true;",
    put: "  if (row.type !== 'timeSegment' || elapsedMs !== undefined) return true;",
    profile: 'lossy',
    seed: 1,
  },
  {
    name: 'verdict sent as conflict',
    file: 'sync-server/admission/admit-segment.ts',
    find: '  const { elapsedMs, closed } = joined;\n  return {',
    put: "  const { elapsedMs, closed } = joined;\n  if (verdict.code === 'quarantined')\n    return { verdict: 'refused', id: row.id, type: row.type, code: 'idConflict' };\n  return {",
    profile: 'long-partition',
    seed: 1,
  },
  {
    name: 'compaction before the answer',
    file: 'electron/outbox/outbox-state.ts',
    find: "  for (const row of state.waiting.values()) if (!state.open.has(row.id)) lines.push({ v, kind: 'row', row });",
    put: '',
    profile: 'long-partition',
    seed: 2,
  },
  {
    name: 'unclamped claims',
    file: 'shared/admission/segment-verdict.ts',
    find: '  return elapsedMs - driftMs(elapsedMs) > nowMs - startMs + errorMs;',
    put: '  return elapsedMs - driftMs(elapsedMs) < nowMs - startMs + errorMs - 1e15;',
    profile: 'hostile',
    seed: 1,
  },
  {
    name: 'remainder to the wrong chat',
    file: 'shared/fold/pool.ts',
    find: 'rank < remainder ? 1 : 0',
    put: 'rank >= count - remainder ? 1 : 0',
    profile: 'low-balance',
    seed: 3,
  },
  {
    name: 'latest instead of earliest mark',
    file: 'shared/fold/chat-marks.ts',
    find: '  return marks.instantsMs[low] ?? Infinity;',
    put: '  return low < marks.instantsMs.length ? (marks.instantsMs.at(-1) as number) : Infinity;',
    profile: 'long-partition',
    seed: 1,
  },
  {
    name: "a mark that cuts its own device's later segment",
    file: 'sync-server/admission/boot-order.ts',
    find: '    : Math.max(boot.segments.below(monoMs), boot.marks.upTo(monoMs));',
    put: '    : 0;',
    profile: 'lossy',
    seed: 16,
  },
  {
    name: 'a start placed before a mark its device knew',
    file: 'sync-server/admission/boot-order.ts',
    find: '  return chat.order.marksBySeq.upTo(knownSeq);',
    put: '  return 0 * knownSeq;',
    profile: 'skew',
    seed: 1,
  },
  {
    name: 'grace counted as time',
    file: 'sync-server/settlement/proven-elapsed.ts',
    find: '  return Math.min(proven.elapsedMs, Math.max(0, proven.atMs - admission.startMs));',
    put: '  return Math.max(0, proven.atMs - admission.startMs) + 30_000;',
    profile: 'crash-storm',
    seed: 1,
  },
  {
    name: 'server clock set back',
    file: 'sync-server/core/server-clock.ts',
    find: '      lastMs = Math.max(lastMs, wall + offsetMs);',
    put: '      lastMs = wall;',
    profile: 'skew',
    seed: 1,
  },
  {
    name: 'late fact folded unsorted',
    file: 'shared/fold/sorted-list.ts',
    find: '  if (position === sorted.length) sorted.push(item);',
    put: '  if (position <= sorted.length) sorted.push(item);',
    profile: 'long-partition',
    seed: 1,
  },
  {
    name: 'trim lifted by growth',
    file: 'shared/fold/segment-verdicts.ts',
    find: '  verdict.smallestTrimMs = Math.min(verdict.smallestTrimMs ?? trim.elapsedMs, trim.elapsedMs);',
    put: '  verdict.smallestTrimMs = Math.max(verdict.smallestTrimMs ?? trim.elapsedMs, trim.elapsedMs);',
    profile: 'hostile',
    seed: 1,
  },
  {
    name: "a refused claim's start used for an admitted one",
    file: 'sync-server/core/chat-order.ts',
    find: " || admission.row.code === 'quarantined') return;\n  const endMs = admission.row.startMs + admission.row.admittedElapsedMs;",
    put: ') return;\n  const endMs = admission.row.startMs + row.elapsedMs;',
    profile: 'hostile',
    seed: 1,
  },
  // Our own.
  {
    name: 'saved before it is on the disk',
    file: 'electron/outbox/journal.ts',
    find: '        await handle.datasync();\n',
    put: '',
    profile: 'crash-storm',
    seed: 1,
  },
  {
    name: 'a replicator that starts does not ask for the outbox',
    file: 'renderer/replication/replicator.ts',
    find: '  void track(showOutbox());\n  void track(writeView(() => reports',
    put: '  void track(writeView(() => reports',
    profile: 'crash-storm',
    seed: 1,
  },
  {
    name: 'checkpoint before the rows',
    file: 'renderer/replication/page-applier.ts',
    find: '    const rejected = await applyDocuments(',
    put: '    await writeCheckpoint(database, { seq: page.toSeq, scope: page.scope });\n    const rejected = await applyDocuments(',
    profile: 'crash-storm',
    seed: 1,
  },
  {
    name: 'rows held for a chat forgotten at a restart',
    file: 'sync-server/core/held-rows.ts',
    find: "      .where('refused_code', 'is', null)",
    put: "      .where('refused_code', 'is not', null)",
    profile: 'crash-storm',
    seed: 1,
  },
  {
    name: 'a crash closes segments at their first length',
    file: 'electron/outbox/outbox-state.ts',
    find: '    state.open.set(segmentId, { ...segment, elapsedMs });',
    put: '    state.open.set(segmentId, { ...segment });',
    profile: 'crash-storm',
    seed: 1,
  },
  {
    name: 'sleep counted as time',
    file: 'electron/timers/chat-timer-manager.ts',
    find: '      const lastTickMonoMs = this.#lastTickMonoMs;\n',
    put: '      const lastTickMonoMs = now;\n',
    profile: 'skew',
    seed: 2,
  },
  {
    name: 'an answer lost after the commit stores the row twice',
    file: 'sync-server/core/push-rows.ts',
    find: '  const chatId = chatIdOf(row) as string;\n',
    put: "  const chatId = chatIdOf(row) as string;\n  if (row.type === 'timeSegment' && row.closed) row = { ...row, id: `${row.id}.${context.work.highSeq}` };\n",
    profile: 'lossy',
    seed: 1,
  },
];
