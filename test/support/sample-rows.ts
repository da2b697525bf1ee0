/** One valid row of every pulled type, with all optional fields; `change` overrides. */
import type { PulledRow } from '../../renderer/database/documents.ts';
import type { PulledRowType } from '../../shared/rows.ts';

export type RowOf<T extends PulledRowType> = Extract<PulledRow, { type: T }>;

const AT_MS = 1_800_000_000_000;
const boot = { deviceId: 'device-a', bootId: 'boot-1', knownSeq: 5 };

const SAMPLES: { [T in PulledRowType]: RowOf<T> } = {
  user: { type: 'user', id: 'user-1', name: 'Mara Lindt' },
  advisor: { type: 'advisor', id: 'advisor-1', name: 'Lea' },
  chat: {
    type: 'chat',
    id: 'chat-1',
    userId: 'user-1',
    advisorId: 'advisor-1',
    openedAtMs: AT_MS,
    topic: 'Tarot',
    number: '812',
    consentAtMs: AT_MS,
  },
  conversationTimeRecord: { type: 'conversationTimeRecord', id: 'chat-1', userId: 'user-1', advisorId: 'advisor-1' },
  timeSegment: {
    type: 'timeSegment',
    id: 'segment-1',
    chatId: 'chat-1',
    ...boot,
    startedAtMonoMs: 1000,
    startedAtMs: AT_MS,
    elapsedMs: 60_000,
    closed: true,
    closeReason: 'paused',
    source: 'timer',
    funding: 'funded',
  },
  stopMark: { type: 'stopMark', id: 'stop-1', chatId: 'chat-1', ...boot, atMonoMs: 61_000, atMs: AT_MS + 60_000 },
  trimMark: { type: 'trimMark', id: 'trim-1', segmentId: 'segment-1', chatId: 'chat-1', deviceId: 'device-a', elapsedMs: 30_000 },
  chatEnd: { type: 'chatEnd', id: 'end-1', chatId: 'chat-1', ...boot, atMonoMs: 61_000, atMs: AT_MS + 60_000 },
  message: { type: 'message', id: 'message-1', chatId: 'chat-1', from: 'advisor', deviceId: 'device-a', text: 'ok', atMs: AT_MS },
  segmentAdmission: {
    type: 'segmentAdmission',
    id: 'admission-1',
    segmentId: 'segment-1',
    chatId: 'chat-1',
    code: 'quarantined',
    reason: 'tooOld',
    startMs: AT_MS,
    admittedElapsedMs: 60_000,
    pendingMs: 0,
    flags: ['unanchored'],
  },
  markAdmission: {
    type: 'markAdmission',
    id: 'admission-2',
    markId: 'stop-1',
    chatId: 'chat-1',
    code: 'quarantined',
    reason: 'revoked',
    atMs: AT_MS,
    flags: [],
  },
  recordTotals: {
    type: 'recordTotals',
    id: 'chat-1',
    userId: 'user-1',
    advisorId: 'advisor-1',
    trackedMs: 60_000,
    freeMs: 30_000,
    paidMs: 30_000,
    billedMs: 30_000,
    costUnits: 6_000_000,
    chargeMinor: 100,
    foldVersion: 1,
  },
  userProjection: {
    type: 'userProjection',
    id: 'advisor-1:user-1',
    userId: 'user-1',
    advisorId: 'advisor-1',
    stateSeq: 9,
    asOfMs: AT_MS,
    balanceUnits: -1,
    reservedUnits: 0,
    creditedMinor: 6000,
    othersBurnUnitsPerMs: 0,
    freeGrantedMs: 300_000,
    freeLeftMs: 72_000,
    ratePerMinuteMinor: 200,
    chats: [
      {
        chatId: 'chat-1',
        trackedMs: 1,
        freeMs: 1,
        paidMs: 0,
        ratePerMinuteMinor: 200,
        runningOnDeviceId: 'device-a',
        runningOnDeviceName: 'Laptop',
        runningSinceMs: AT_MS,
        confirmedUntilMs: AT_MS,
      },
    ],
    foldVersion: 1,
  },
  policyChange: { type: 'policyChange', id: 'policy-1', key: 'previousChatInPair', value: 'run', atMs: AT_MS },
};

export function sampleRow<T extends PulledRowType>(type: T, change: Partial<RowOf<T>> = {}): RowOf<T> {
  return { ...structuredClone(SAMPLES[type]), ...change } as RowOf<T>;
}
