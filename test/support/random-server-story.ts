/**
 * Fills a server's core with a random, seeded story: overlapping segments of several devices, growth, trims, marks, ends,
 * rulings, manual, unfunded and refused time, grants of any date, rates, rounding, money. The same seed, the same story.
 */
import type { Row, TimeSegment } from '../../shared/rows.ts';
import type { PushAnswer } from '../../shared/wire.ts';
import { createChoices, type Choices } from '../spec/oracle/random-facts.ts';
import {
  chat,
  createDevice,
  memberActor,
  PLATFORM,
  seed,
  SERVER,
  type CoreScene,
  type SceneDevice,
} from './core-scene.ts';

interface StoryDevice {
  device: SceneDevice;
  chatIds: string[];
  /** Open segments, as far as they were pushed. */
  open: TimeSegment[];
}

export const STORY_SUPERVISOR = memberActor('sue', 'device-sue', 'supervisor');
const ADMINISTRATOR = memberActor('ada', 'device-ada', 'administrator');

export interface Story {
  /** Goes on for so many steps. */
  run(steps: number): Promise<void>;
  userIds: string[];
  /** Ids of segments that are stored. */
  segmentIds: string[];
  choices: Choices;
}

export async function startStory(scene: CoreScene, storySeed: number): Promise<Story> {
  const { core, clock } = scene;
  const choices = createChoices(storySeed);
  await seed(core, clock.ms);
  await core.write(SERVER, [chat('chat-finn', 'finn', 'lea', clock.ms)]);
  const chatsOf: Record<string, string[]> = {
    lea: ['chat-1', 'chat-2', 'chat-finn'],
    max: ['chat-max'],
  };
  const devices: StoryDevice[] = [];
  for (const [name, memberId] of [
    ['d1', 'lea'],
    ['d2', 'lea'],
    ['d3', 'max'],
    ['d4', 'max'],
  ] as const) {
    const device = createDevice(scene, memberActor(memberId, name), `boot-${name}`);
    // One boot stays without an anchor.
    if (name !== 'd4') await device.anchor();
    devices.push({ device, chatIds: chatsOf[memberId] as string[], open: [] });
  }
  const segmentIds: string[] = [];
  let made = 0;
  const nextId = (kind: string): string => `${kind}-${storySeed}-${(made += 1)}`;

  async function push(one: StoryDevice, ...rows: object[]): Promise<PushAnswer[]> {
    const answers = await one.device.push(...rows);
    for (const answer of answers)
      if (answer.type === 'timeSegment' && answer.verdict === 'stored') segmentIds.push(answer.id);
    return answers;
  }

  const write = (row: Row, as = PLATFORM): Promise<unknown> =>
    core.write(as, [row]).catch((error: { code?: string }) => {
      // A refund beyond the charge is refused; anything else is a fault of the story.
      if (row.type !== 'refund' || error.code !== 'badInput') throw error;
    });

  async function step(): Promise<void> {
    clock.advance(choices.upTo(90_000));
    const one = choices.one(devices);
    const { device } = one;
    const chatId = choices.one(one.chatIds);
    const grown = one.open.map((row): TimeSegment => ({
      ...row,
      elapsedMs: device.monoNow() - row.startedAtMonoMs,
    }));
    const [first] = grown;
    switch (choices.upTo(15)) {
      case 0:
      case 1:
      case 2: {
        const row = device.segment(nextId('open'), chatId, { agoMs: 0, elapsedMs: 0, closed: false });
        one.open.push(row);
        await push(one, row);
        return;
      }
      case 3:
      case 4:
        if (first === undefined) return;
        one.open.shift();
        await push(one, { ...first, closed: true, closeReason: 'paused' });
        return;
      case 5:
        await push(one, ...grown);
        return;
      case 6:
      case 7:
        // Runs on by beats alone, until the next push.
        await device.beat(
          grown.map(({ id, chatId: of, elapsedMs }) => ({ segmentId: id, chatId: of, elapsedMs })),
        );
        return;
      case 8: {
        const agoMs = 30_000 + choices.upTo(600_000);
        const row = device.segment(nextId('closed'), chatId, {
          agoMs,
          elapsedMs: choices.upTo(agoMs + 20_000),
        });
        const trim = choices.chance(40) && {
          type: 'trimMark',
          id: nextId('trim'),
          segmentId: row.id,
          chatId,
          deviceId: row.deviceId,
          elapsedMs: choices.upTo(row.elapsedMs),
        };
        await push(one, row, ...(trim === false ? [] : [trim]));
        return;
      }
      case 9: {
        const agoMs = 60_000 + choices.upTo(60_000);
        const kind = choices.one([
          { source: 'manual' },
          { funding: 'unfunded' },
          { startedAtMonoMs: 0, startedAtMs: 0, elapsedMs: 3_000 },
        ] as const);
        await push(one, device.segment(nextId('held'), chatId, { agoMs, ...kind }));
        return;
      }
      case 10:
        await push(one, device.stopMark(nextId('stop'), chatId, choices.upTo(60_000)));
        return;
      case 11: {
        const target = segmentIds.length > 0 ? choices.one(segmentIds) : undefined;
        if (target === undefined) return;
        const action = choices.one(['admit', 'trim', 'void'] as const);
        const row = { type: 'ruling', id: nextId('ruling'), targetId: target, action } as const;
        await write(action === 'trim' ? { ...row, elapsedMs: choices.upTo(60_000) } : row, STORY_SUPERVISOR);
        return;
      }
      case 12:
        await write({
          type: 'freeTimeGrant',
          id: nextId('grant'),
          userId: choices.one(['emma', 'finn']),
          advisorId: choices.one(['lea', 'max']),
          ms: choices.upTo(200_000),
          atMs: Math.max(0, clock.ms - choices.upTo(1_000_000)),
        });
        return;
      case 13: {
        const type = choices.one(['topUp', 'debit', 'refund'] as const);
        const money = { id: nextId(type), amountMinor: choices.upTo(300), atMs: clock.ms };
        if (type === 'refund') await write({ type, ...money, userId: 'emma', chatId: 'chat-1' });
        else await write({ type, ...money, userId: choices.one(['emma', 'finn']) });
        return;
      }
      case 14: {
        const of = choices.chance(50)
          ? { chatId: choices.one(one.chatIds) }
          : { advisorId: choices.one(['lea', 'max']) };
        const rate = { ratePerMinuteMinor: choices.upTo(300), atMs: clock.ms };
        await write({ type: 'rateChange', id: nextId('rate'), ...of, ...rate });
        return;
      }
      default: {
        if (choices.chance(50)) {
          const value = choices.one([1, 1_000, 60_000]);
          const change = { key: 'billingIncrementMs', value, atMs: clock.ms } as const;
          await write({ type: 'policyChange', id: nextId('policy'), ...change }, ADMINISTRATOR);
        }
        const id = nextId('chat');
        const { memberId } = device.actor;
        await write(chat(id, choices.one(['emma', 'finn']), memberId, clock.ms));
        one.chatIds.push(id);
        if (choices.chance(20)) await push(one, device.chatEnd(nextId('end'), chatId));
      }
    }
  }

  return {
    userIds: ['emma', 'finn'],
    segmentIds,
    choices,
    async run(steps) {
      for (let n = 0; n < steps; n += 1) await step();
    },
  };
}

/** Settles everybody as of now, with what beats have proven since. */
export async function settleEverybody(scene: CoreScene, story: Story, id: string): Promise<void> {
  await scene.core.write(
    SERVER,
    story.userIds.map((userId): Row => ({
      type: 'topUp',
      id: `${id}-${userId}`,
      userId,
      amountMinor: 0,
      atMs: scene.clock.ms,
    })),
  );
}
