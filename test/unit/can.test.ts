import { describe, expect, it } from 'vitest';
import { PULLED_ROW_TYPES, type RowType } from '../../shared/rows.ts';
import { can, type Subject } from '../../sync-server/access/can.ts';
import type { Actor } from '../../sync-server/ports.ts';
import { NO_SCOPE } from '../../sync-server/storage/row-scope.ts';

const TYPES: RowType[] = [
  ...PULLED_ROW_TYPES,
  ...(['rateChange', 'topUp', 'debit', 'refund', 'freeTimeGrant', 'goodwill'] as const),
  ...(['periodClose', 'history', 'timeAdjustment'] as const),
];
const actors: Record<string, Actor> = {
  advisor: {
    kind: 'member',
    memberId: 'lea',
    role: 'advisor',
    deviceId: 'd1',
    deviceName: '',
    isDeviceRevoked: false,
  },
  revoked: {
    kind: 'member',
    memberId: 'lea',
    role: 'advisor',
    deviceId: 'd1',
    deviceName: '',
    isDeviceRevoked: true,
  },
  supervisor: {
    kind: 'member',
    memberId: 'sue',
    role: 'supervisor',
    deviceId: 'd2',
    deviceName: '',
    isDeviceRevoked: false,
  },
  administrator: {
    kind: 'member',
    memberId: 'ada',
    role: 'administrator',
    deviceId: 'd3',
    deviceName: '',
    isDeviceRevoked: false,
  },
  platform: { kind: 'platform', keyId: 'k' },
  server: { kind: 'server' },
};
const subject = (type: RowType, advisorId: string, sharesChat: boolean): Subject => ({
  ...NO_SCOPE,
  type,
  id: 'x',
  advisorId,
  deviceId: advisorId === 'lea' ? 'd1' : null,
  sharesChat,
});
const allowed = (name: string, action: 'read' | 'push' | 'write', advisorId: string, sharesChat = false) =>
  TYPES.filter((type) => can(actors[name] as Actor, action, subject(type, advisorId, sharesChat))).sort();

describe('the one rights function', () => {
  it('lets an advisor read the own chats, their users and the policies, and nothing of another', () => {
    expect(allowed('advisor', 'read', 'lea', true)).toEqual([...PULLED_ROW_TYPES].sort());
    expect(allowed('advisor', 'read', 'lea', false)).toEqual(
      PULLED_ROW_TYPES.filter((type) => type !== 'user').sort(),
    );
    expect(allowed('advisor', 'read', 'max', false)).toEqual(['policyChange']);
  });

  it("lets a device push its own advisor's rows only", () => {
    expect(allowed('advisor', 'push', 'lea')).toEqual([
      'chat',
      'chatEnd',
      'conversationTimeRecord',
      'message',
      'note',
      'stopMark',
      'timeSegment',
      'trimMark',
    ]);
    expect(allowed('advisor', 'push', 'max')).toEqual([]);
    expect(
      can(actors['advisor'] as Actor, 'push', { ...subject('timeSegment', 'lea', false), deviceId: 'd9' }),
    ).toBe(false);
    for (const name of ['platform']) expect(allowed(name, 'push', 'lea')).toEqual([]);
  });

  it('lets a revoked device push and nothing else', () => {
    expect(allowed('revoked', 'push', 'lea')).toHaveLength(8);
    expect(allowed('revoked', 'read', 'lea', true)).toEqual([]);
    expect(allowed('revoked', 'write', 'lea')).toEqual([]);
  });

  it('lets each writer write what DOMAIN.md lists', () => {
    expect(allowed('advisor', 'write', 'lea')).toEqual([]);
    expect(allowed('supervisor', 'write', 'lea')).toEqual([
      'freeTimeGrant',
      'note',
      'periodClose',
      'refund',
      'ruling',
    ]);
    expect(allowed('supervisor', 'write', 'sue')).toEqual([]);
    expect(allowed('administrator', 'write', 'lea')).toEqual(['policyChange']);
    expect(allowed('platform', 'write', 'lea')).toEqual(
      [
        'advisor',
        'chat',
        'chatEnd',
        'conversationTimeRecord',
        'debit',
        'freeTimeGrant',
        'message',
        'rateChange',
        'refund',
        'topUp',
        'user',
      ].sort(),
    );
    expect(allowed('server', 'write', 'lea')).toEqual([...TYPES].sort());
  });

  it('shows supervisors and administrators everything', () => {
    for (const name of ['supervisor', 'administrator'])
      expect(allowed(name, 'read', 'lea')).toEqual([...TYPES].sort());
  });
});
