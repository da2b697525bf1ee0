/**
 * Signing in, refreshing, signing out, and who a token belongs to (SECURITY.md S1).
 * Tokens are opaque, hashed at rest; a refresh token works once, and showing it a second time ends its whole family.
 * A revoked device may still refresh and push (DOMAIN.md, "Who writes what"): nothing unsent is lost.
 */
import { AppError } from '../../shared/errors.ts';
import { roleSchema, type Member, type SignInResponse } from '../../shared/wire.ts';
import type { Actor, ServerClock } from '../ports.ts';
import type { AuthStore, DeviceRecord, MemberRecord, NewTokens, TokenRecord } from './auth-store.ts';
import { hashSecret, isPasswordRight, type SecretSource } from './secrets.ts';

const ACCESS_MS = 15 * 60_000;
/** An advisor may be away for a long holiday and still send what is unsent without a password. */
const REFRESH_MS = 90 * 24 * 3_600_000;
/** Last seen is for people: to the minute. */
const SEEN_EVERY_MS = 60_000;

export type MemberActor = Extract<Actor, { kind: 'member' }>;
export interface Session {
  actor: MemberActor;
  familyId: string;
}
export type Sessions = ReturnType<typeof createSessions>;

export function toMember(record: MemberRecord): Member {
  return { id: record.id, name: record.name, email: record.email, role: roleSchema.parse(record.role) };
}

export function createSessions(deps: {
  store: AuthStore;
  clock: ServerClock;
  secrets: SecretSource;
  organisationName: string;
}) {
  const { store, clock, secrets } = deps;

  function mintTokens(familyId: string): { tokens: NewTokens; accessToken: string; refreshToken: string } {
    const nowMs = clock.nowMs();
    const accessToken = secrets.token();
    const refreshToken = secrets.token();
    const tokens = {
      familyId,
      accessHash: hashSecret(accessToken),
      accessExpiresAtMs: nowMs + ACCESS_MS,
      refreshHash: hashSecret(refreshToken),
      refreshExpiresAtMs: nowMs + REFRESH_MS,
    };
    return { tokens, accessToken, refreshToken };
  }

  function answer(
    member: MemberRecord,
    deviceId: string,
    minted: { accessToken: string; refreshToken: string },
  ): SignInResponse {
    return {
      member: toMember(member),
      deviceId,
      accessToken: minted.accessToken,
      accessExpiresInMs: ACCESS_MS,
      refreshToken: minted.refreshToken,
      organisationName: deps.organisationName,
    };
  }

  /** The profile's own device if the server knows it as this member's; otherwise a new one. */
  async function deviceFor(
    member: MemberRecord,
    deviceName: string,
    deviceId: string | undefined,
  ): Promise<DeviceRecord> {
    const known = deviceId === undefined ? undefined : await store.findDevice(deviceId);
    if (known !== undefined && known.member_id === member.id) {
      if (known.revoked_at_ms !== null) throw new AppError('deviceRevoked');
      await store.renameDevice(known.id, deviceName);
      return { ...known, name: deviceName };
    }
    const nowMs = clock.nowMs();
    const id = secrets.id();
    const device = {
      id,
      member_id: member.id,
      name: deviceName,
      created_at_ms: nowMs,
      last_seen_at_ms: nowMs,
      revoked_at_ms: null,
    };
    await store.insertDevice(device);
    return device;
  }

  function toActor(token: TokenRecord): MemberActor {
    return {
      kind: 'member',
      memberId: token.member.id,
      role: roleSchema.parse(token.member.role),
      deviceId: token.device.id,
      deviceName: token.device.name,
      isDeviceRevoked: token.device.revoked_at_ms !== null,
    };
  }

  return {
    /** Throws wrongCredentials for an unknown account and a wrong password alike; deviceRevoked for the id of a revoked device. */
    async signIn(request: {
      email: string;
      password: string;
      deviceName: string;
      deviceId?: string;
    }): Promise<SignInResponse> {
      const member = await store.findMemberByEmail(request.email.trim().toLowerCase());
      if (!(await isPasswordRight(member?.password_hash, request.password)) || member === undefined) {
        throw new AppError('wrongCredentials');
      }
      const device = await deviceFor(member, request.deviceName, request.deviceId);
      const familyId = secrets.id();
      const minted = mintTokens(familyId);
      await store.startFamily(
        { id: familyId, memberId: member.id, deviceId: device.id, atMs: clock.nowMs() },
        minted.tokens,
      );
      return answer(member, device.id, minted);
    },

    /** Exchanges a refresh token for the next pair. Throws sessionExpired; a token shown twice ends its family. */
    async refresh(refreshToken: string): Promise<SignInResponse> {
      const nowMs = clock.nowMs();
      const token = await store.findToken('refresh', hashSecret(refreshToken));
      if (token === undefined || token.familyEndedAtMs !== null || token.expiresAtMs <= nowMs)
        throw new AppError('sessionExpired');
      const minted = mintTokens(token.familyId);
      const isFirst = token.usedAtMs === null && (await store.rotate(token.hash, nowMs, minted.tokens));
      if (!isFirst) {
        await store.endFamily(token.familyId, nowMs);
        throw new AppError('sessionExpired');
      }
      await store.deleteExpiredTokens(nowMs);
      return answer(token.member, token.device.id, minted);
    },

    async signOut(session: Session): Promise<void> {
      await store.endFamily(session.familyId, clock.nowMs());
    },

    /** Whose access token this is. Throws notSignedIn for a text that never was one, sessionExpired for an old one. */
    async authenticate(accessToken: string): Promise<Session> {
      const nowMs = clock.nowMs();
      const token = await store.findToken('access', hashSecret(accessToken));
      if (token === undefined || token.familyEndedAtMs !== null || token.expiresAtMs <= nowMs)
        throw new AppError('sessionExpired');
      if (nowMs - token.device.last_seen_at_ms >= SEEN_EVERY_MS)
        await store.touchDevice(token.device.id, nowMs);
      return { actor: toActor(token), familyId: token.familyId };
    },

    /** For a stream that runs on: neither signed out nor revoked since it began. */
    isAlive(session: Session): Promise<boolean> {
      return store.isFamilyAlive(session.familyId);
    },
  };
}
