/**
 * Makes the practice organisation through the public APIs alone: the platform's for what the platform writes, a session
 * of Lea's for what she wrote. Repeating it does nothing: ids and dates follow from the accounts file.
 */
import type { DeviceRow } from '../shared/rows.ts';
import type { Member } from '../shared/wire.ts';
import type { NewMember } from './auth/members.ts';
import { createMemberClient, type MemberClient } from './member-client.ts';
import type { PlatformClient } from './platform-client.ts';
import type { PracticeAccounts } from './practice/practice-accounts.ts';
import {
  PRACTICE_ADVISOR,
  PRACTICE_CHATS,
  PRACTICE_CLIENTS,
  PRACTICE_RATE_MINOR,
  PRACTICE_SUPERVISOR,
  practiceChatId,
  type StoryChat,
} from './practice/practice-story.ts';

/** Who may add members: the server itself, or a signed-in supervisor over HTTP. */
export interface AdminApi {
  listMembers(): Promise<Member[]>;
  addMember(member: NewMember): Promise<Member>;
}

export interface SeedTarget {
  url: string;
  platform: PlatformClient;
  admin: AdminApi;
}

/** Throws AppError; run again, it goes on where it stopped. Returns false when everything was there already. */
export async function seedPractice(target: SeedTarget, accounts: PracticeAccounts): Promise<boolean> {
  const isKnown = await addPeople(target.admin, accounts);
  if (isKnown && accounts.isSeeded) return false;
  const nowMs = accounts.seededAtMs;
  await addMoney(target.platform, nowMs);
  const lea = createMemberClient({ url: target.url });
  await lea.signIn({ ...accounts.advisor, deviceName: 'Practice set-up' });
  for (const step of storySteps(nowMs)) await step.run(target.platform, lea);
  await lea.signOut();
  return true;
}

/** true: Lea was a member already. */
async function addPeople(admin: AdminApi, accounts: PracticeAccounts): Promise<boolean> {
  const emails = new Set((await admin.listMembers()).map((m) => m.email));
  if (!emails.has(PRACTICE_SUPERVISOR.email)) {
    await admin.addMember({
      ...PRACTICE_SUPERVISOR,
      role: 'supervisor',
      password: accounts.supervisor.password,
    });
  }
  if (emails.has(PRACTICE_ADVISOR.email)) return true;
  await admin.addMember({ ...PRACTICE_ADVISOR, role: 'advisor', password: accounts.advisor.password });
  return false;
}

async function addMoney(platform: PlatformClient, nowMs: number): Promise<void> {
  const advisorId = PRACTICE_ADVISOR.id;
  await platform.put('rates', 'practice-rate', { advisorId, ratePerMinuteMinor: PRACTICE_RATE_MINOR });
  for (const client of PRACTICE_CLIENTS) {
    await platform.put('users', client.id, { name: client.name });
    for (const [n, topUp] of client.topUps.entries()) {
      const body = {
        userId: client.id,
        amountMinor: topUp.minor,
        atMs: nowMs - topUp.agoMs,
        reason: topUp.reason,
      };
      await platform.put('top-ups', `${client.id}-top-up-${n + 1}`, body);
    }
    if (client.freeMs === 0) continue;
    const grant = { userId: client.id, advisorId, ms: client.freeMs, atMs: nowMs, reason: 'Welcome minutes' };
    await platform.put('grants', `${client.id}-free`, grant);
  }
}

interface StoryStep {
  atMs: number;
  run(platform: PlatformClient, lea: MemberClient): Promise<unknown>;
}

/** Everything that happened, in the order in which it happened: the server's sequence orders messages. */
function storySteps(nowMs: number): StoryStep[] {
  return PRACTICE_CHATS.flatMap((chat) => chatSteps(chat, nowMs)).sort((a, b) => a.atMs - b.atMs);
}

function chatSteps(chat: StoryChat, nowMs: number): StoryStep[] {
  const chatId = practiceChatId(chat.number);
  const advisorId = PRACTICE_ADVISOR.id;
  const openedAtMs = nowMs - chat.openedAgoMs;
  const { clientId: userId, topic, number } = chat;
  const steps: StoryStep[] = [
    {
      atMs: openedAtMs,
      run: (platform) => platform.put('chats', chatId, { userId, advisorId, openedAtMs, topic, number }),
    },
  ];
  if (chat.isAnswered) {
    const record: DeviceRow = { type: 'conversationTimeRecord', id: chatId, userId, advisorId };
    steps.push({ atMs: openedAtMs, run: (_platform, lea) => lea.push([record]) });
  }
  for (const [n, [agoMs, from, text]] of chat.lines.entries()) {
    const id = `${chatId}-message-${n + 1}`;
    const atMs = nowMs - agoMs;
    const message: DeviceRow = { type: 'message', id, chatId, from: 'advisor', text, atMs };
    steps.push({
      atMs,
      run: (platform, lea) =>
        from === 'user' ? platform.put('messages', id, { chatId, text, atMs }) : lea.push([message]),
    });
  }
  if (chat.endedAgoMs !== undefined) {
    const atMs = nowMs - chat.endedAgoMs;
    steps.push({ atMs, run: (platform) => platform.endChat(chatId, { atMs }) });
  }
  return steps;
}
