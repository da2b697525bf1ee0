/**
 * Signing in, staying signed in, signing out. Tokens live in main only; a profile that was signed in opens its desk
 * without a network. The refresh token works once: the next one is on the disk before it is used.
 */
import { BehaviorSubject, type Observable } from 'rxjs';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { Session } from '../../shared/ipc/session-commands.ts';
import {
  helloSchema,
  PROTOCOL_VERSION,
  signInResponseSchema,
  type SignInResponse,
} from '../../shared/wire.ts';
import type { SealedSecret, SecretBox } from './secret-box.ts';
import { requestJson } from './server-client.ts';
import { memberKey, serverKey, type KeptSession, type ProfileStore } from './session-file.ts';

export interface SignInInput {
  serverUrl: string;
  email: string;
  password: string;
  deviceName: string;
  isPractice: boolean;
  /** Without a key store of the system: whether the session may lie in a file that only its owner can read. */
  staysSignedIn: boolean;
}

export interface SessionKeeper {
  readonly session$: Observable<Session>;
  current(): Session;
  checkServer(serverUrl: string): Promise<{ organisationName: string; needsSetup: boolean }>;
  signIn(input: SignInInput): Promise<void>;
  /** Forgets the session; `sealedRows` stay in their folder for their author. */
  signOut(sealedRows: number): Promise<void>;
  /** A token for a request; refreshed when the last one is used up. Throws AppError. */
  accessToken(isStale?: string): Promise<string>;
  /** The practice server came up at another address. */
  moveTo(serverUrl: string): Promise<void>;
  /** Whether the system can seal what keeps a person signed in. */
  hasKeyStore(): boolean;
  /** How the refresh token is kept; null when nobody is signed in. */
  secretKind(): SealedSecret['kind'] | null;
}

export interface SessionDeps {
  store: ProfileStore;
  box: SecretBox;
  suggestedServerUrl: string | null;
}

export function createSessionKeeper({ store, box, suggestedServerUrl }: SessionDeps): SessionKeeper {
  let accessToken: string | null = null;
  let refreshing: Promise<string> | null = null;
  const session$ = new BehaviorSubject<Session>(describe(isForgotten()));

  /** Signed in when the app ran last, and nothing of it was written down. */
  function isForgotten(): boolean {
    const { session } = store.read();
    return session !== null && box.open(session.refreshToken) === undefined;
  }

  function describe(needsSignIn: boolean): Session {
    const { session, sealed } = store.read();
    if (session === null) {
      return {
        phase: 'signedOut',
        suggestedServerUrl,
        sealedRows: sealed.map(({ memberName, rows }) => ({ memberName, rows })),
      };
    }
    const { member, deviceId, deviceName, serverUrl, organisationName, isPractice } = session;
    return {
      phase: 'signedIn',
      member,
      deviceId,
      deviceName,
      serverUrl,
      organisationName,
      isPractice,
      databaseName: `chatclock-${memberKey(session)}`,
      needsSignIn,
    };
  }

  function kept(): KeptSession {
    const { session } = store.read();
    if (session === null) throw new AppError('notSignedIn');
    return session;
  }

  async function keep(
    answer: SignInResponse,
    rest: Pick<KeptSession, 'deviceName' | 'serverUrl' | 'isPractice'>,
    staysSignedIn: boolean,
  ): Promise<void> {
    const { deviceName, serverUrl, isPractice } = rest;
    const session: KeptSession = {
      ...{ deviceName, serverUrl, isPractice },
      member: answer.member,
      deviceId: answer.deviceId,
      organisationName: answer.organisationName,
      refreshToken: box.seal(answer.refreshToken, staysSignedIn),
    };
    await store.update((profile) => ({
      session,
      deviceIds: {
        ...profile.deviceIds,
        [deviceKey(serverKey(session), answer.member.email)]: answer.deviceId,
      },
      sealed: profile.sealed.filter((one) => one.folder !== memberKey(session)),
    }));
    accessToken = answer.accessToken;
  }

  async function refresh(): Promise<string> {
    const session = kept();
    const refreshToken = box.open(session.refreshToken);
    if (refreshToken === undefined) {
      session$.next(describe(true));
      throw new AppError('sessionExpired');
    }
    try {
      const answer = await requestJson({
        serverUrl: session.serverUrl,
        path: '/v1/auth/refresh',
        method: 'POST',
        body: { refreshToken },
        answer: signInResponseSchema,
      });
      await keep(answer, session, session.refreshToken.kind !== 'memory');
      return answer.accessToken;
    } catch (error) {
      if (error instanceof AppError && (error.code === 'sessionExpired' || error.code === 'notSignedIn'))
        session$.next(describe(true));
      throw error;
    }
  }

  return {
    session$,
    hasKeyStore: box.hasKeyStore,
    secretKind: () => store.read().session?.refreshToken.kind ?? null,
    current: () => session$.value,
    async checkServer(serverUrl) {
      const { organisationName, needsSetup, protocolVersion } = await requestJson({
        serverUrl: normalise(serverUrl),
        path: '/v1/hello',
        method: 'GET',
        answer: helloSchema,
      });
      if (protocolVersion !== PROTOCOL_VERSION)
        throw new AppError('protocolMismatch', { ours: PROTOCOL_VERSION, theirs: protocolVersion });
      return { organisationName, needsSetup };
    },
    async signIn(input) {
      const serverUrl = normalise(input.serverUrl);
      const deviceId =
        store.read().deviceIds[
          deviceKey(serverKey({ serverUrl, isPractice: input.isPractice }), input.email)
        ];
      const answer = await requestJson({
        serverUrl,
        path: '/v1/auth/sign-in',
        method: 'POST',
        body: {
          email: input.email,
          password: input.password,
          deviceName: input.deviceName,
          ...(deviceId === undefined ? {} : { deviceId }),
        },
        answer: signInResponseSchema,
      });
      const { deviceName, isPractice } = input;
      await keep(answer, { deviceName, serverUrl, isPractice }, isPractice || input.staysSignedIn);
      session$.next(describe(false));
    },
    async signOut(sealedRows) {
      const session = kept();
      const token = accessToken;
      await store.update((profile) => ({
        ...profile,
        session: null,
        sealed:
          sealedRows === 0
            ? profile.sealed
            : [
                ...profile.sealed,
                { folder: memberKey(session), memberName: session.member.name, rows: sealedRows },
              ],
      }));
      accessToken = null;
      session$.next(describe(false));
      if (token === null) return;
      // Signing out here must work without a network; the server's own copy of the session then runs out by itself.
      await requestJson({
        serverUrl: session.serverUrl,
        path: '/v1/auth/sign-out',
        method: 'POST',
        body: {},
        accessToken: token,
        answer: z.unknown(),
      }).catch(() => undefined);
    },
    accessToken(stale) {
      if (accessToken !== null && accessToken !== stale) return Promise.resolve(accessToken);
      refreshing ??= refresh().finally(() => (refreshing = null));
      return refreshing;
    },
    async moveTo(serverUrl) {
      const { session } = store.read();
      if (session === null || session.serverUrl === serverUrl) return;
      await store.update((profile) => ({ ...profile, session: { ...session, serverUrl } }));
      session$.next(describe(false));
    },
  };
}

function deviceKey(server: string, email: string): string {
  return `${server} ${email.trim().toLowerCase()}`;
}

/** Throws badInput for what is no http(s) address. */
function normalise(serverUrl: string): string {
  const text = /^[a-z]+:\/\//i.test(serverUrl.trim()) ? serverUrl.trim() : `https://${serverUrl.trim()}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new AppError('badInput', { field: 'serverUrl' });
  return url.origin;
}
