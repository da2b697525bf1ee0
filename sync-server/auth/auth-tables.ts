/** The tables of people, devices and sessions, as Kysely sees them. Instants are ms since the epoch, server clock. */

export interface AuthMemberTable {
  id: string;
  name: string;
  /** Lower case; unique. */
  email: string;
  role: string;
  password_hash: string;
  created_at_ms: number;
}

export interface AuthDeviceTable {
  id: string;
  member_id: string;
  name: string;
  created_at_ms: number;
  last_seen_at_ms: number;
  revoked_at_ms: number | null;
}

/** One sign-in: every token that descends from it dies with it. */
export interface AuthFamilyTable {
  id: string;
  member_id: string;
  device_id: string;
  created_at_ms: number;
  ended_at_ms: number | null;
}

/** Access and refresh tokens by the SHA-256 of their text; the text itself is never stored. */
export interface AuthTokenTable {
  hash: string;
  kind: string;
  family_id: string;
  expires_at_ms: number;
  /** A refresh token that was exchanged; showing it again ends its family. */
  used_at_ms: number | null;
}

/** Hashes of what the operator holds: the platform key, the one-time set-up code. */
export interface AuthSecretTable {
  name: string;
  hash: string;
  created_at_ms: number;
}

export interface AuthDatabase {
  auth_member: AuthMemberTable;
  auth_device: AuthDeviceTable;
  auth_family: AuthFamilyTable;
  auth_token: AuthTokenTable;
  auth_secret: AuthSecretTable;
}
