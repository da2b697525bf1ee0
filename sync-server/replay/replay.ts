/**
 * Plays a plan through the platform API at the pace of its events. Interrupted and started again with the same ids, it
 * runs fast through what the server already holds and goes on, at its pace, from the first event that is new.
 */
import { AppError, assertNever } from '../../shared/errors.ts';
import type { PlatformClient } from '../platform-client.ts';
import type { ServerClock } from '../ports.ts';
import type { AnswersFile } from './answers-file.ts';
import type { Conversation } from './replay-file.ts';
import type { ReplayIds } from './replay-ids.ts';
import type { ReplayEvent, ReplayPlan } from './replay-plan.ts';

/** 2.00 credits a minute, 60.00 credits, ten free minutes for each pair. */
const RATE_MINOR = 200;
const TOP_UP_MINOR = 6_000;
const FREE_MS = 600_000;

export interface ReplayProgress {
  playedEvents: number;
  allEvents: number;
  /** Where the replay is in its own time, ms. */
  offsetMs: number;
  lengthMs: number;
  messages: number;
  openChats: number;
  endedChats: number;
  /** Messages that came after somebody had ended their chat. */
  lateMessages: number;
}

export interface ReplayDeps {
  platform: PlatformClient;
  plan: ReplayPlan;
  ids: ReplayIds;
  /** Times faster than it happened, above 0. */
  speed: number;
  clock: ServerClock;
  wait(ms: number): Promise<void>;
  onProgress(progress: ReplayProgress): void;
  /** The advisor of the file whose answers a desk gives; `isServers`: the server has this advisor, with a rate, already. */
  desk?: { fileAdvisorId: string; isServers: boolean; answers: AnswersFile };
}

/** Throws AppError: cancelled, serverUnreachable and what the platform API refuses. */
export async function replay(deps: ReplayDeps): Promise<ReplayProgress> {
  const { plan } = deps;
  await makePeople(deps);
  const progress: ReplayProgress = {
    playedEvents: 0,
    allEvents: plan.events.length,
    offsetMs: 0,
    lengthMs: plan.lengthMs,
    messages: 0,
    openChats: 0,
    endedChats: 0,
    lateMessages: 0,
  };
  /** Instant of this computer at which offset 0 lay; unknown while we run through what is there already. */
  let originMs: number | undefined;
  for (const event of plan.events) {
    if (originMs !== undefined)
      await deps.wait(Math.max(0, originMs + event.offsetMs / deps.speed - deps.clock.nowMs()));
    const isNew = await play(deps, event, progress);
    if (isNew) originMs ??= deps.clock.nowMs() - event.offsetMs / deps.speed;
    progress.playedEvents += 1;
    progress.offsetMs = event.offsetMs;
    deps.onProgress(progress);
  }
  return progress;
}

/** Everybody of the file, a rate for every advisor, credits for every client, free time for every pair. */
async function makePeople({ platform, plan, ids, desk }: ReplayDeps): Promise<void> {
  const done = new Set<string>();
  const once = async (key: string, run: () => Promise<unknown>): Promise<void> => {
    if (done.has(key)) return;
    done.add(key);
    await run();
  };
  for (const { userId, advisorId } of plan.conversations) {
    const user = ids.user(userId);
    const advisor = ids.advisor(advisorId);
    await once(`advisor ${advisor}`, async () => {
      if (desk?.isServers === true && advisorId === desk.fileAdvisorId) return;
      await platform.put('advisors', advisor, { name: advisorId });
      await platform.put('rates', ids.rate(advisorId), {
        advisorId: advisor,
        ratePerMinuteMinor: RATE_MINOR,
      });
    });
    await once(`user ${user}`, async () => {
      await platform.put('users', user, { name: userId });
      await platform.put('top-ups', ids.topUp(userId), {
        userId: user,
        amountMinor: TOP_UP_MINOR,
        reason: 'Replay',
      });
    });
    await once(`pair ${user} ${advisor}`, () =>
      platform.put('grants', ids.grant(userId, advisorId), {
        userId: user,
        advisorId: advisor,
        ms: FREE_MS,
        reason: 'Replay',
      }),
    );
  }
}

/** true: the server (or the answers file) did not have it yet. */
async function play(deps: ReplayDeps, event: ReplayEvent, progress: ReplayProgress): Promise<boolean> {
  const { platform, ids } = deps;
  const conversation = deps.plan.conversations[event.chat] as Conversation;
  const chatId = ids.chat(conversation.chatId);
  switch (event.kind) {
    case 'open': {
      const body = {
        userId: ids.user(conversation.userId),
        advisorId: ids.advisor(conversation.advisorId),
        number: String(event.chat + 1),
      };
      const { isNew } = await platform.put('chats', chatId, body);
      progress.openChats += 1;
      return (await tellDesk(deps, conversation, { id: `${chatId}-open`, chatId })) || isNew;
    }
    case 'message':
      return playMessage(
        deps,
        { id: ids.message(conversation.chatId, event.n), chatId, text: event.text },
        progress,
      );
    case 'answer':
      progress.messages += 1;
      return tellDesk(deps, conversation, {
        id: ids.message(conversation.chatId, event.n),
        chatId,
        text: event.text,
      });
    case 'end': {
      const isNew = await endChat(platform, chatId);
      progress.openChats -= 1;
      progress.endedChats += 1;
      return isNew;
    }
    default:
      return assertNever(event);
  }
}

async function tellDesk(
  deps: ReplayDeps,
  conversation: Conversation,
  line: { id: string; chatId: string; text?: string },
): Promise<boolean> {
  const { desk } = deps;
  if (desk === undefined || conversation.advisorId !== desk.fileAdvisorId || desk.answers.has(line.id))
    return false;
  await desk.answers.append({ ...line, atMs: deps.clock.nowMs() });
  return true;
}

async function playMessage(
  deps: ReplayDeps,
  message: { id: string; chatId: string; text: string },
  progress: ReplayProgress,
): Promise<boolean> {
  progress.messages += 1;
  try {
    const { isNew } = await deps.platform.put('messages', message.id, {
      chatId: message.chatId,
      text: message.text,
    });
    return isNew;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'chatClosed') throw error;
    progress.lateMessages += 1;
    return false;
  }
}

/** Somebody else may have ended it first. */
async function endChat(platform: PlatformClient, chatId: string): Promise<boolean> {
  try {
    return (await platform.endChat(chatId)).isNew;
  } catch (error) {
    if (error instanceof AppError && error.code === 'chatClosed') return false;
    throw error;
  }
}
