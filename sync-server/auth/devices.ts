/** Devices that signed in, and taking one out: its streams end at once, its pushes go on as quarantined `revoked`. */
import type { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { deviceSchema } from '../../shared/wire.ts';
import type { ServerClock, SyncCore } from '../ports.ts';
import type { AuthStore } from './auth-store.ts';
import type { MemberActor } from './sessions.ts';

type Device = z.infer<typeof deviceSchema>;

export type Devices = ReturnType<typeof createDevices>;

export function createDevices(deps: { store: AuthStore; core: SyncCore; clock: ServerClock }) {
  const { store, core, clock } = deps;
  const seesAll = (actor: MemberActor): boolean => actor.role !== 'advisor';

  return {
    /** An advisor's own devices; for supervisors and administrators everybody's. */
    async list(actor: MemberActor): Promise<Device[]> {
      const records = await store.listDevices(seesAll(actor) ? undefined : actor.memberId);
      return records.map((d) => ({
        id: d.id,
        memberId: d.member_id,
        name: d.name,
        createdAtMs: d.created_at_ms,
        lastSeenAtMs: d.last_seen_at_ms,
        isRevoked: d.revoked_at_ms !== null,
      }));
    },

    /** Throws unknownReference also for somebody else's device: an advisor cannot ask which ids exist. */
    async revoke(actor: MemberActor, deviceId: string): Promise<void> {
      const device = await store.findDevice(deviceId);
      if (device === undefined || (!seesAll(actor) && device.member_id !== actor.memberId))
        throw new AppError('unknownReference');
      await store.revokeDevice(deviceId, clock.nowMs());
      core.endSubscriptions(deviceId);
    },
  };
}
