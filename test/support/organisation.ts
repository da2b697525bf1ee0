/** A small organisation on a fresh server, made through its public APIs: a supervisor, advisors, clients, chats. */
import { createMemberClient, type MemberClient } from '../../sync-server/member-client.ts';
import { createPlatformClient, type PlatformClient } from '../../sync-server/platform-client.ts';

export const PASSWORD = 'correct horse battery';
export const SUPERVISOR_EMAIL = 'sol@practice.test';
export const emailOf = (advisorId: string) => `${advisorId}@practice.test`;

export interface OrganisationOptions {
  advisors: { id: string; name: string; ratePerMinuteMinor?: number }[];
  clients: { id: string; name: string; creditsMinor?: number; freeMs?: { advisorId: string; ms: number } }[];
  chats: {
    id: string;
    userId: string;
    advisorId: string;
    openedAtMs?: number;
    topic?: string;
    number?: string;
  }[];
}

export interface Organisation {
  platform: PlatformClient;
  supervisor: MemberClient;
  administrator: MemberClient;
}

export async function makeOrganisation(
  server: { url: string; platformKey: string; setupCode: string | undefined },
  options: OrganisationOptions,
): Promise<Organisation> {
  if (server.setupCode === undefined) throw new Error('The server has been set up before');
  const supervisor = createMemberClient({ url: server.url });
  await supervisor.setUp({
    code: server.setupCode,
    name: 'Sol Renner',
    email: SUPERVISOR_EMAIL,
    password: PASSWORD,
  });
  await supervisor.signIn({ email: SUPERVISOR_EMAIL, password: PASSWORD, deviceName: 'Set-up' });
  const admin = { email: 'ada@practice.test', password: PASSWORD };
  await supervisor.addMember({ ...admin, id: 'ada', name: 'Ada Roth', role: 'administrator' });
  const administrator = createMemberClient({ url: server.url });
  await administrator.signIn({ ...admin, deviceName: 'Set-up' });
  const platform = createPlatformClient({ url: server.url, key: server.platformKey });
  for (const advisor of options.advisors) {
    await supervisor.addMember({
      id: advisor.id,
      name: advisor.name,
      email: emailOf(advisor.id),
      password: PASSWORD,
      role: 'advisor',
    });
    await platform.put('rates', `rate-${advisor.id}`, {
      advisorId: advisor.id,
      ratePerMinuteMinor: advisor.ratePerMinuteMinor ?? 200,
    });
  }
  for (const client of options.clients) {
    await platform.put('users', client.id, { name: client.name });
    if (client.creditsMinor)
      await platform.put('top-ups', `top-up-${client.id}`, {
        userId: client.id,
        amountMinor: client.creditsMinor,
      });
    if (client.freeMs) {
      await platform.put('grants', `grant-${client.id}`, {
        userId: client.id,
        advisorId: client.freeMs.advisorId,
        ms: client.freeMs.ms,
      });
    }
  }
  for (const { id, ...chat } of options.chats) await platform.put('chats', id, chat);
  return { platform, supervisor, administrator };
}
