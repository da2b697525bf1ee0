/**
 * From recorded conversations to a list of events in order, ms after the start. Pure.
 * The distances within one source (one day's log) are kept, with their overlaps and pauses; the days all begin together,
 * except that a day waits for an earlier one that shares a person with it: nobody holds more chats than really happened.
 */
import type { Conversation } from './replay-file.ts';

/** A chat is ended this long after its last message. */
export const END_AFTER_MS = 30_000;

interface ChatEvent {
  offsetMs: number;
  /** Index of the conversation in the plan. */
  chat: number;
}
export type ReplayEvent =
  | (ChatEvent & { kind: 'open' })
  /** `n` counts the messages of the conversation from 0. */
  | (ChatEvent & { kind: 'message' | 'answer'; n: number; text: string })
  | (ChatEvent & { kind: 'end' });

export interface ReplayPlan {
  conversations: readonly Conversation[];
  events: readonly ReplayEvent[];
  lengthMs: number;
}

interface Day {
  people: Set<string>;
  chats: number[];
  firstMs: number;
  lastMs: number;
}

const timesOf = (conversation: Conversation): number[] => conversation.messages.map((m) => Date.parse(m.at));

function groupByDay(conversations: readonly Conversation[]): Day[] {
  const days = new Map<string, Day>();
  for (const [chat, conversation] of conversations.entries()) {
    const day = days.get(conversation.source) ?? {
      people: new Set(),
      chats: [],
      firstMs: Infinity,
      lastMs: -Infinity,
    };
    days.set(conversation.source, day);
    day.chats.push(chat);
    day.people.add(`user ${conversation.userId}`).add(`advisor ${conversation.advisorId}`);
    for (const atMs of timesOf(conversation)) {
      day.firstMs = Math.min(day.firstMs, atMs);
      day.lastMs = Math.max(day.lastMs, atMs);
    }
  }
  return [...days.values()];
}

/** When each day starts in the replay. */
function startOffsets(days: readonly Day[]): number[] {
  const starts: number[] = [];
  for (const [n, day] of days.entries()) {
    const busyUntil = days.slice(0, n).map((earlier, e) => {
      const isShared = [...day.people].some((person) => earlier.people.has(person));
      return isShared ? (starts[e] ?? 0) + earlier.lastMs - earlier.firstMs + END_AFTER_MS : 0;
    });
    starts.push(Math.max(0, ...busyUntil));
  }
  return starts;
}

function chatEvents(conversation: Conversation, chat: number, shiftMs: number): ReplayEvent[] {
  const messages = conversation.messages
    .map((message, n) => ({ message, n, atMs: Date.parse(message.at) }))
    .sort((a, b) => a.atMs - b.atMs || a.n - b.n);
  const firstMs = messages[0]?.atMs ?? 0;
  const lastMs = messages.at(-1)?.atMs ?? firstMs;
  return [
    { kind: 'open', chat, offsetMs: firstMs + shiftMs },
    ...messages.map(({ message, n, atMs }): ReplayEvent => {
      const kind = message.from === 'user' ? 'message' : 'answer';
      return { kind, chat, n, text: message.text, offsetMs: atMs + shiftMs };
    }),
    { kind: 'end', chat, offsetMs: lastMs + END_AFTER_MS + shiftMs },
  ];
}

/** Events of one instant stay in the order of file and conversation. */
export function planReplay(conversations: readonly Conversation[]): ReplayPlan {
  const days = groupByDay(conversations);
  const starts = startOffsets(days);
  const events = days
    .flatMap((day, d) =>
      day.chats.flatMap((chat) =>
        chatEvents(conversations[chat] as Conversation, chat, (starts[d] ?? 0) - day.firstMs),
      ),
    )
    .sort((a, b) => a.offsetMs - b.offsetMs);
  return { conversations, events, lengthMs: events.at(-1)?.offsetMs ?? 0 };
}

/** The advisor of the file who held the most chats at one time; of two the one that comes first. */
export function busiestAdvisor(plan: ReplayPlan): string | undefined {
  const open = new Map<string, number>();
  let best: { advisorId: string; chats: number } | undefined;
  for (const event of plan.events) {
    const advisorId = plan.conversations[event.chat]?.advisorId as string;
    if (event.kind === 'open') open.set(advisorId, (open.get(advisorId) ?? 0) + 1);
    if (event.kind === 'end') open.set(advisorId, (open.get(advisorId) ?? 0) - 1);
    const chats = open.get(advisorId) ?? 0;
    if (best === undefined || chats > best.chats) best = { advisorId, chats };
  }
  return best?.advisorId;
}
