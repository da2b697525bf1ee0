/**
 * The one rights function (DOMAIN.md, "Who writes what"; SECURITY.md S2): every push, write, pull, stream event, get and
 * export asks it.
 */
import { assertNever } from '../../shared/errors.ts';
import { PULLED_ROW_TYPES, type Row } from '../../shared/rows.ts';
import type { Actor } from '../ports.ts';
import type { RowScope } from '../storage/row-scope.ts';

export type Action = 'read' | 'push' | 'write';

/** What the rights of a row depend on. */
export interface Subject extends RowScope {
  type: Row['type'];
  id: string;
  /** For a `user` row: the asking member has a chat with that user. */
  sharesChat?: boolean;
}

type Types = ReadonlySet<Row['type']>;
const types = (...list: Row['type'][]): Types => new Set(list);

const PULLED: Types = new Set(PULLED_ROW_TYPES);
const DEVICE_WRITES = types(
  'chat',
  'conversationTimeRecord',
  'timeSegment',
  'stopMark',
  'trimMark',
  'chatEnd',
  'message',
  'note',
);
const PLATFORM_WRITES = types(
  ...(['user', 'advisor', 'chat', 'conversationTimeRecord', 'chatEnd', 'message'] as const),
  ...(['topUp', 'debit', 'refund', 'freeTimeGrant', 'rateChange'] as const),
);
const PLATFORM_READS: Types = new Set([...PLATFORM_WRITES, 'recordTotals', 'userProjection', 'policyChange']);
const SUPERVISOR_WRITES = types('ruling', 'refund', 'freeTimeGrant', 'note', 'periodClose');
const ADMINISTRATOR_WRITES = types('policyChange');

export function can(actor: Actor, action: Action, subject: Subject): boolean {
  switch (actor.kind) {
    case 'server':
      return true;
    case 'platform':
      if (action === 'read') return PLATFORM_READS.has(subject.type);
      return action === 'write' && PLATFORM_WRITES.has(subject.type);
    case 'member':
      return canMember(actor, action, subject);
    default:
      return assertNever(actor);
  }
}

type MemberActor = Extract<Actor, { kind: 'member' }>;

function canMember(actor: MemberActor, action: Action, subject: Subject): boolean {
  switch (action) {
    case 'push':
      return (
        DEVICE_WRITES.has(subject.type) &&
        isOwn(actor, subject) &&
        (subject.deviceId === null || subject.deviceId === actor.deviceId)
      );
    case 'read':
      return !actor.isDeviceRevoked && canRead(actor, subject);
    case 'write':
      return !actor.isDeviceRevoked && canWrite(actor, subject);
    default:
      return assertNever(action);
  }
}

function canRead(actor: MemberActor, subject: Subject): boolean {
  if (actor.role !== 'advisor') return true;
  if (!PULLED.has(subject.type)) return false;
  if (subject.type === 'policyChange') return true;
  if (subject.type === 'user') return subject.sharesChat === true;
  return isOwn(actor, subject);
}

/** A supervisor never decides about own time. */
function canWrite(actor: MemberActor, subject: Subject): boolean {
  if (actor.role === 'supervisor') return SUPERVISOR_WRITES.has(subject.type) && !isOwn(actor, subject);
  return actor.role === 'administrator' && ADMINISTRATOR_WRITES.has(subject.type);
}

function isOwn(actor: MemberActor, subject: Subject): boolean {
  return subject.advisorId === actor.memberId;
}
