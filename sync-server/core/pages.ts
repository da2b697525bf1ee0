/** Pull pages over the one sequence, as the actor may see it; they join without a hole (DOMAIN.md, "Order"). */
import { AppError } from '../../shared/errors.ts';
import { createReplicaHasher, type ReplicaHash } from '../../shared/replica-hash.ts';
import { FACT_ROW_TYPES, type Row } from '../../shared/rows.ts';
import type { Page, SequencedRow } from '../../shared/wire.ts';
import { can } from '../access/can.ts';
import type { Actor } from '../ports.ts';
import type { RowScope } from '../storage/row-scope.ts';
import type { RowStore, StoredText } from '../storage/row-store.ts';
import type { Directory } from './directory.ts';

export interface PageSource {
  rows: RowStore;
  directory: Directory;
  databaseId: string;
  /** The last committed sequence. */
  highSeq(): number;
}

/** Who sees the same pages shares a scope; another one restarts the device's copy at 0. */
export function scopeNameOf(actor: Actor, databaseId: string): string {
  if (actor.kind !== 'member') return `${databaseId}/${actor.kind}`;
  return actor.role === 'advisor' ? `${databaseId}/advisor/${actor.memberId}` : `${databaseId}/all`;
}

/** Throws deviceRevoked, notAllowed. */
export function assertReader(actor: Actor): void {
  if (actor.kind === 'member' && actor.isDeviceRevoked) throw new AppError('deviceRevoked');
  if (actor.kind === 'platform') throw new AppError('notAllowed');
}

/** Throws deviceRevoked, notAllowed. */
export function assertReaderOfAll(actor: Actor): void {
  assertReader(actor);
  if (actor.kind === 'member' && actor.role === 'advisor') throw new AppError('notAllowed');
}

export function mayRead(
  actor: Actor,
  directory: Directory,
  row: RowScope & { type: Row['type']; id: string },
): boolean {
  const sharesChat =
    row.type === 'user' && actor.kind === 'member' && directory.hasPair(actor.memberId, row.id);
  return can(actor, 'read', { ...row, sharesChat });
}

/** The visible rows of (fromSeq, toSeq] as stored text. A `fromSeq` beyond the database answers from 0: start over. */
async function readPage(source: PageSource, actor: Actor, askedSeq: number, limit: number) {
  assertReader(actor);
  const highSeq = source.highSeq();
  const fromSeq = askedSeq > highSeq ? 0 : askedSeq;
  const { rows, isCut } = await candidates(source, actor, fromSeq, highSeq, limit);
  const toSeq = isCut ? (rows.at(-1) as StoredText).seq : highSeq;
  const visible = rows.filter((row) => mayRead(actor, source.directory, row));
  return {
    fromSeq,
    toSeq,
    hasMore: toSeq < source.highSeq(),
    scope: scopeNameOf(actor, source.databaseId),
    visible,
  };
}

export async function pullPage(
  source: PageSource,
  actor: Actor,
  fromSeq: number,
  limit: number,
): Promise<Page> {
  const { visible, ...page } = await readPage(source, actor, fromSeq, limit);
  return {
    ...page,
    rows: visible.map(({ seq, json }): SequencedRow => ({ seq, row: JSON.parse(json) as Row })),
  };
}

/** The same page as JSON text: the stored rows are not read and written again. The last page may state the hash. */
export async function pullPageText(
  source: PageSource,
  actor: Actor,
  fromSeq: number,
  limit: number,
  isHashWanted = false,
): Promise<string> {
  const { visible, ...read } = await readPage(source, actor, fromSeq, limit);
  const hash = isHashWanted && !read.hasMore ? await hashUpTo(source, actor, read.toSeq) : undefined;
  const page = hash === undefined ? read : { ...read, hash };
  const rows = visible.map(({ seq, json }) => `{"seq":${seq},"row":${json}}`).join(',');
  return `${JSON.stringify(page).slice(0, -1)},"rows":[${rows}]}`;
}

/** The facts of (fromSeq, …] as supervisors and administrators see them. Throws deviceRevoked, notAllowed. */
export async function factsPage(
  source: PageSource,
  actor: Actor,
  fromSeq: number,
  limit: number,
): Promise<Page> {
  assertReaderOfAll(actor);
  const highSeq = source.highSeq();
  const rows = await source.rows.page('all', fromSeq, highSeq, limit, FACT_ROW_TYPES);
  const toSeq = rows.length === limit ? (rows.at(-1) as StoredText).seq : Math.max(fromSeq, highSeq);
  return {
    fromSeq,
    toSeq,
    hasMore: toSeq < source.highSeq(),
    scope: scopeNameOf(actor, source.databaseId),
    rows: rows
      .filter((row) => mayRead(actor, source.directory, row))
      .map(({ seq, json }): SequencedRow => ({ seq, row: JSON.parse(json) as Row })),
  };
}

/** The hash of all that the actor may see; undefined when something was committed beyond `toSeq` meanwhile. */
async function hashUpTo(source: PageSource, actor: Actor, toSeq: number): Promise<ReplicaHash | undefined> {
  const of =
    actor.kind === 'member' && actor.role === 'advisor' ? { advisorId: actor.memberId } : ('all' as const);
  const hasher = createReplicaHasher();
  for (const row of await source.rows.keysUpTo(of, toSeq))
    if (mayRead(actor, source.directory, row)) hasher.add(row.type, row.seq);
  // Read last: sequences only grow, so nothing was overwritten between the page and here.
  return (await source.rows.lastSeq()) === toSeq ? hasher.read() : undefined;
}

/** At most `limit` rows by sequence that the actor might see; SQL only narrows, `can` decides. */
async function candidates(
  { rows }: PageSource,
  actor: Actor,
  fromSeq: number,
  toSeq: number,
  limit: number,
): Promise<{ rows: StoredText[]; isCut: boolean }> {
  if (actor.kind !== 'member' || actor.role !== 'advisor') {
    const page = await rows.page('all', fromSeq, toSeq, limit);
    return { rows: page, isCut: page.length === limit };
  }
  const [own, common] = await Promise.all([
    rows.page({ advisorId: actor.memberId }, fromSeq, toSeq, limit),
    rows.page({ advisorId: null }, fromSeq, toSeq, limit),
  ]);
  const both = [...own, ...common].sort((a, b) => a.seq - b.seq);
  return {
    rows: both.slice(0, limit),
    isCut: both.length > limit || own.length === limit || common.length === limit,
  };
}
