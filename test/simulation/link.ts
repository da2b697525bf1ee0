/**
 * The network between one computer and the server: late, lossy, cut in one direction or both. A request that is lost
 * fails at once or hangs until its sender gives up, as the real one does.
 */
import { AppError } from '../../shared/errors.ts';
import type { Random } from './random.ts';
import { countFault, type Tally } from './tally.ts';
import type { World } from './world.ts';

export interface LinkFaults {
  /** Probabilities per request. */
  dropRequest: number;
  duplicate: number;
  loseReply: number;
  /** Per event of a stream: it is lost, comes twice, or the stream breaks. */
  losePage: number;
  repeatPage: number;
  cutStream: number;
  /** One way, ms. */
  minDelayMs: number;
  maxDelayMs: number;
}

export const GOOD_LINK: LinkFaults = {
  ...{ dropRequest: 0, duplicate: 0, loseReply: 0, losePage: 0, repeatPage: 0, cutStream: 0 },
  ...{ minDelayMs: 3, maxDelayMs: 30 },
};

export interface Link {
  faults: LinkFaults;
  /** What still gets through. */
  isUpOpen: boolean;
  isDownOpen: boolean;
  cut(up: boolean, down: boolean): void;
  heal(): void;
  /** Sends a request; rejects with AppError serverUnreachable when it or its reply is lost, and may never settle. */
  request(send: () => Promise<string>): Promise<string>;
  /** Carries a stream of texts in order. `open` begins it at the server and returns the function that ends it there. */
  stream(
    open: (onText: (text: string) => void, onEnd: () => void) => () => void,
    onText: (text: string) => void,
    onEnd: () => void,
  ): () => void;
  /** True ms without a network so far. */
  cutMs(): number;
}

export function createLink(world: World, tally: Tally, random: Random): Link {
  let cutSinceMs: number | null = null;
  let cutMs = 0;
  let lastArrivalMs = 0;

  const delay = (): number => random.between(link.faults.minDelayMs, link.faults.maxDelayMs);

  const unreachable = (): AppError => new AppError('serverUnreachable');

  /** A lost packet: the connection breaks soon, or nobody ever hears of it. */
  function lost(reject: (error: AppError) => void): void {
    tally.drops += 1;
    if (random.chance(0.6)) world.after(random.between(20, 1_500), () => reject(unreachable()));
  }

  const link: Link = {
    faults: { ...GOOD_LINK },
    isUpOpen: true,
    isDownOpen: true,
    cut(up, down) {
      if (up) link.isUpOpen = false;
      if (down) link.isDownOpen = false;
      cutSinceMs ??= world.nowMs();
    },
    heal() {
      link.isUpOpen = true;
      link.isDownOpen = true;
      if (cutSinceMs !== null) cutMs += world.nowMs() - cutSinceMs;
      cutSinceMs = null;
    },
    cutMs: () => cutMs + (cutSinceMs === null ? 0 : world.nowMs() - cutSinceMs),
    request: (send) =>
      new Promise((resolve, reject) => {
        const { faults } = link;
        const isLost = random.chance(faults.dropRequest);
        const isTwice = random.chance(faults.duplicate);
        const arrivesMs = delay();
        const arriveAtMs = world.nowMs() + arrivesMs;
        if (arriveAtMs < lastArrivalMs) countFault(tally, 'reorder');
        lastArrivalMs = Math.max(lastArrivalMs, arriveAtMs);
        world.after(arrivesMs, () => {
          if (isLost) countFault(tally, 'drop');
          if (isLost || !link.isUpOpen) return lost(reject);
          if (isTwice) {
            countFault(tally, 'duplicate');
            world.after(delay(), () => void send().catch(() => undefined));
          }
          send().then(
            (text) => answer(text, null),
            (error: unknown) => answer(null, error),
          );
        });
        function answer(text: string | null, error: unknown): void {
          const isReplyLost = random.chance(link.faults.loseReply);
          world.after(delay(), () => {
            if (isReplyLost || !link.isDownOpen) {
              if (text !== null) countFault(tally, 'replyLostAfterCommit');
              return lost(reject);
            }
            if (text === null) reject(error as Error);
            else resolve(text);
          });
        }
      }),
    stream(open, onText, onEnd) {
      let isOver = false;
      let endAtServer: () => void = () => undefined;
      /** When the last event arrives: a stream keeps its order. */
      let lastMs = 0;
      const finish = (): void => {
        if (isOver) return;
        isOver = true;
        endAtServer();
        onEnd();
      };
      /** A connection that lost something carries nothing more; its reader hears silence. */
      let isBroken = false;
      world.after(delay(), () => {
        if (isOver) return;
        if (!link.isUpOpen) return lost(finish);
        endAtServer = open(
          (text) => {
            const { faults } = link;
            if (isOver || isBroken) return;
            if (random.chance(faults.cutStream)) return finish();
            const copies = random.chance(faults.losePage) ? 0 : random.chance(faults.repeatPage) ? 2 : 1;
            if (copies === 0) countFault(tally, 'drop');
            if (copies === 2) countFault(tally, 'duplicate');
            lastMs = Math.max(lastMs, world.nowMs() + delay());
            world.after(lastMs - world.nowMs(), () => {
              if (isOver) return;
              if (!link.isDownOpen) isBroken = true;
              if (!isBroken) for (let i = 0; i < copies; i += 1) onText(text);
            });
          },
          () => world.after(delay(), () => (isBroken ? undefined : finish())),
        );
      });
      return () => {
        isOver = true;
        endAtServer();
      };
    },
  };
  return link;
}
