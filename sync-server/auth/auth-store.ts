/** Queries over the auth tables; no rule lives here. Every method is one statement or one transaction. */
import type { Kysely, Selectable } from 'kysely';
import type { AuthDatabase, AuthDeviceTable, AuthMemberTable } from './auth-tables.ts';

export type MemberRecord = Selectable<AuthMemberTable>;
export type DeviceRecord = Selectable<AuthDeviceTable>;

/** A token with everything that decides whether it is good. */
export interface TokenRecord {
  hash: string;
  familyId: string;
  expiresAtMs: number;
  usedAtMs: number | null;
  familyEndedAtMs: number | null;
  member: MemberRecord;
  device: DeviceRecord;
}

export interface NewTokens {
  familyId: string;
  accessHash: string;
  accessExpiresAtMs: number;
  refreshHash: string;
  refreshExpiresAtMs: number;
}

export type AuthStore = ReturnType<typeof createAuthStore>;

/** `reader` never waits for a running transaction of `db` and sees what was committed. */
export function createAuthStore(db: Kysely<AuthDatabase>, reader: Kysely<AuthDatabase> = db) {
  async function insertTokens(into: Kysely<AuthDatabase>, tokens: NewTokens): Promise<void> {
    await into
      .insertInto('auth_token')
      .values([
        {
          hash: tokens.accessHash,
          kind: 'access',
          family_id: tokens.familyId,
          expires_at_ms: tokens.accessExpiresAtMs,
          used_at_ms: null,
        },
        {
          hash: tokens.refreshHash,
          kind: 'refresh',
          family_id: tokens.familyId,
          expires_at_ms: tokens.refreshExpiresAtMs,
          used_at_ms: null,
        },
      ])
      .execute();
  }

  return {
    async countMembers(): Promise<number> {
      const row = await reader
        .selectFrom('auth_member')
        .select((e) => e.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      return Number(row.n);
    },
    async countAdministrators(): Promise<number> {
      const row = await reader
        .selectFrom('auth_member')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('role', '=', 'administrator')
        .executeTakeFirstOrThrow();
      return Number(row.n);
    },
    listMembers(): Promise<MemberRecord[]> {
      return reader.selectFrom('auth_member').selectAll().orderBy('created_at_ms').orderBy('id').execute();
    },
    findMember(id: string): Promise<MemberRecord | undefined> {
      return reader.selectFrom('auth_member').selectAll().where('id', '=', id).executeTakeFirst();
    },
    findMemberByEmail(email: string): Promise<MemberRecord | undefined> {
      return reader.selectFrom('auth_member').selectAll().where('email', '=', email).executeTakeFirst();
    },
    /** false: the id or the email is taken, nothing was written. */
    async insertMember(member: MemberRecord): Promise<boolean> {
      const result = await db
        .insertInto('auth_member')
        .values(member)
        .onConflict((c) => c.doNothing())
        .executeTakeFirst();
      return Number(result.numInsertedOrUpdatedRows ?? 0) === 1;
    },

    findDevice(id: string): Promise<DeviceRecord | undefined> {
      return reader.selectFrom('auth_device').selectAll().where('id', '=', id).executeTakeFirst();
    },
    listDevices(memberId?: string): Promise<DeviceRecord[]> {
      const all = reader.selectFrom('auth_device').selectAll().orderBy('created_at_ms').orderBy('id');
      return (memberId === undefined ? all : all.where('member_id', '=', memberId)).execute();
    },
    async insertDevice(device: DeviceRecord): Promise<void> {
      await db.insertInto('auth_device').values(device).execute();
    },
    async renameDevice(id: string, name: string): Promise<void> {
      await db.updateTable('auth_device').set({ name }).where('id', '=', id).execute();
    },
    async touchDevice(id: string, seenAtMs: number): Promise<void> {
      await db.updateTable('auth_device').set({ last_seen_at_ms: seenAtMs }).where('id', '=', id).execute();
    },
    async revokeDevice(id: string, atMs: number): Promise<void> {
      await db
        .updateTable('auth_device')
        .set({ revoked_at_ms: atMs })
        .where('id', '=', id)
        .where('revoked_at_ms', 'is', null)
        .execute();
    },

    async startFamily(
      family: { id: string; memberId: string; deviceId: string; atMs: number },
      tokens: NewTokens,
    ): Promise<void> {
      await db.transaction().execute(async (trx) => {
        await trx
          .insertInto('auth_family')
          .values({
            id: family.id,
            member_id: family.memberId,
            device_id: family.deviceId,
            created_at_ms: family.atMs,
            ended_at_ms: null,
          })
          .execute();
        await insertTokens(trx, tokens);
      });
    },
    /** Exchanges a refresh token once. false: somebody was faster, nothing was written. */
    async rotate(usedHash: string, atMs: number, tokens: NewTokens): Promise<boolean> {
      return db.transaction().execute(async (trx) => {
        const used = await trx
          .updateTable('auth_token')
          .set({ used_at_ms: atMs })
          .where('hash', '=', usedHash)
          .where('used_at_ms', 'is', null)
          .executeTakeFirst();
        if (Number(used.numUpdatedRows) !== 1) return false;
        await trx
          .deleteFrom('auth_token')
          .where('family_id', '=', tokens.familyId)
          .where('kind', '=', 'access')
          .execute();
        await insertTokens(trx, tokens);
        return true;
      });
    },
    async endFamily(familyId: string, atMs: number): Promise<void> {
      await db
        .updateTable('auth_family')
        .set({ ended_at_ms: atMs })
        .where('id', '=', familyId)
        .where('ended_at_ms', 'is', null)
        .execute();
    },
    async isFamilyAlive(familyId: string): Promise<boolean> {
      const row = await reader
        .selectFrom('auth_family')
        .innerJoin('auth_device', 'auth_device.id', 'auth_family.device_id')
        .select('auth_family.id')
        .where('auth_family.id', '=', familyId)
        .where('auth_family.ended_at_ms', 'is', null)
        .where('auth_device.revoked_at_ms', 'is', null)
        .executeTakeFirst();
      return row !== undefined;
    },
    async findToken(kind: 'access' | 'refresh', hash: string): Promise<TokenRecord | undefined> {
      const row = await reader
        .selectFrom('auth_token as t')
        .innerJoin('auth_family as f', 'f.id', 't.family_id')
        .innerJoin('auth_member as m', 'm.id', 'f.member_id')
        .innerJoin('auth_device as d', 'd.id', 'f.device_id')
        .select(['t.hash', 't.family_id', 't.expires_at_ms', 't.used_at_ms', 'f.ended_at_ms'])
        .select([
          'm.id as m_id',
          'm.name as m_name',
          'm.email',
          'm.role',
          'm.password_hash',
          'm.created_at_ms as m_created',
        ])
        .select([
          'd.id as d_id',
          'd.name as d_name',
          'd.created_at_ms as d_created',
          'd.last_seen_at_ms',
          'd.revoked_at_ms',
        ])
        .where('t.hash', '=', hash)
        .where('t.kind', '=', kind)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      return {
        hash: row.hash,
        familyId: row.family_id,
        expiresAtMs: row.expires_at_ms,
        usedAtMs: row.used_at_ms,
        familyEndedAtMs: row.ended_at_ms,
        member: {
          id: row.m_id,
          name: row.m_name,
          email: row.email,
          role: row.role,
          password_hash: row.password_hash,
          created_at_ms: row.m_created,
        },
        device: {
          id: row.d_id,
          member_id: row.m_id,
          name: row.d_name,
          created_at_ms: row.d_created,
          last_seen_at_ms: row.last_seen_at_ms,
          revoked_at_ms: row.revoked_at_ms,
        },
      };
    },
    async deleteExpiredTokens(beforeMs: number): Promise<void> {
      await db.deleteFrom('auth_token').where('expires_at_ms', '<', beforeMs).execute();
    },

    async readSecret(name: string): Promise<string | undefined> {
      const row = await reader
        .selectFrom('auth_secret')
        .select('hash')
        .where('name', '=', name)
        .executeTakeFirst();
      return row?.hash;
    },
    async writeSecret(name: string, hash: string, atMs: number): Promise<void> {
      await db
        .insertInto('auth_secret')
        .values({ name, hash, created_at_ms: atMs })
        .onConflict((c) => c.column('name').doUpdateSet({ hash, created_at_ms: atMs }))
        .execute();
    },
    /** true for exactly one caller: the secret was there with this hash and is gone now. */
    async takeSecret(name: string, hash: string): Promise<boolean> {
      const result = await db
        .deleteFrom('auth_secret')
        .where('name', '=', name)
        .where('hash', '=', hash)
        .executeTakeFirst();
      return Number(result.numDeletedRows) === 1;
    },
  };
}
