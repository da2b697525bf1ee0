/**
 * Pia, who writes by herself: from the moment Lea's first timer runs in her chat she writes for two minutes, answers once
 * when Lea writes, and tops up once when her credits have ended. Everything goes through the platform API, as a real
 * client's messages and payments would.
 */
import { AppError } from '../../shared/errors.ts';
import type { PlatformClient } from '../platform-client.ts';
import {
  PIA_ANSWER,
  PIA_CHAT_NUMBER,
  PIA_TOP_UP,
  PIA_WRITES,
  PRACTICE_RATE_MINOR,
  practiceChatId,
} from './practice-story.ts';

const LOOK_EVERY_MS = 1_000;

export interface PracticeClientDeps {
  platform: PlatformClient;
  /** Resolves after so many ms; rejects or never resolves once the client is stopped. */
  wait(ms: number): Promise<void>;
}

/** Runs until Pia has written everything, answered and topped up, or her chat has ended. Repeating it writes nothing twice. */
export async function runPracticeClient({ platform, wait }: PracticeClientDeps): Promise<void> {
  const chatId = practiceChatId(PIA_CHAT_NUMBER);
  let seenSeq = await skipOldMessages(platform);
  if (!(await waitForTimer())) return;
  await Promise.all([writeByHerself(), answerOnce(), topUpOnce()]);

  async function waitForTimer(): Promise<boolean> {
    for (;;) {
      const { state, totals } = await platform.readChat(chatId);
      if (state === 'ended') return false;
      if (state === 'running' || (totals?.trackedMs ?? 0) > 0) return true;
      await wait(LOOK_EVERY_MS);
    }
  }

  /** false: her chat has ended. */
  async function write(id: string, text: string): Promise<boolean> {
    try {
      await platform.put('messages', `${chatId}-${id}`, { chatId, text });
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'chatClosed') return false;
      throw error;
    }
  }

  async function writeByHerself(): Promise<void> {
    let passedMs = 0;
    for (const [n, [afterMs, text]] of PIA_WRITES.entries()) {
      await wait(afterMs - passedMs);
      passedMs = afterMs;
      if (!(await write(`self-${n + 1}`, text))) return;
    }
  }

  async function answerOnce(): Promise<void> {
    for (;;) {
      const page = await platform.readMessages(seenSeq);
      seenSeq = page.toSeq;
      if (page.messages.some((m) => m.chatId === chatId)) break;
      if (page.hasMore) continue;
      const { state } = await platform.readChat(chatId);
      if (state === 'ended') return;
      await wait(LOOK_EVERY_MS);
    }
    await wait(PIA_ANSWER.afterMs);
    await write('answer', PIA_ANSWER.text);
  }

  async function topUpOnce(): Promise<void> {
    for (;;) {
      const { state, balanceUnits, chat } = await platform.readChat(chatId);
      if (state === 'ended') return;
      // Less than the burn of one ms is nothing (DOMAIN.md, "Live"); minor credits a minute are units a ms.
      if (balanceUnits !== null && balanceUnits < PRACTICE_RATE_MINOR) {
        await wait(PIA_TOP_UP.afterMs);
        await platform.put('top-ups', `${chatId}-top-up`, {
          userId: chat.userId,
          amountMinor: PIA_TOP_UP.minor,
          reason: 'Top-up by card',
        });
        await write('topped-up', PIA_TOP_UP.text);
        return;
      }
      await wait(LOOK_EVERY_MS);
    }
  }
}

/** What Lea wrote before today's practice is no reason to answer. */
async function skipOldMessages(platform: PlatformClient): Promise<number> {
  let seq = 0;
  for (;;) {
    const page = await platform.readMessages(seq);
    seq = page.toSeq;
    if (!page.hasMore) return seq;
  }
}
