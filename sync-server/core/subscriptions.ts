/** Live pages: every commit's visible rows, to every subscriber, in order; whoever is behind catches up by pulling. */
import { PULL_MAX_ROWS, type Page } from '../../shared/wire.ts';
import { PULLED_ROW_TYPES } from '../../shared/rows.ts';
import type { Actor } from '../ports.ts';
import type { StoredRow } from '../storage/row-scope.ts';
import { assertReader, mayRead, pullPage, scopeNameOf, type PageSource } from './pages.ts';

interface Subscriber {
  actor: Actor;
  scope: string;
  /** The end of the last page sent. */
  sentSeq: number;
  /** Everything visible up to here was sent; pages without a visible row are not. */
  seenSeq: number;
  isCatchingUp: boolean;
  onPage: (page: Page) => void;
  onEnd: (code: string) => void;
}

const PULLED: ReadonlySet<string> = new Set(PULLED_ROW_TYPES);

export type Subscriptions = ReturnType<typeof createSubscriptions>;

export function createSubscriptions(source: PageSource) {
  const subscribers = new Set<Subscriber>();

  function end(subscriber: Subscriber, code: string): void {
    if (subscribers.delete(subscriber)) subscriber.onEnd(code);
  }

  /** A reader that throws is ended; the others and the writer go on. */
  function send(subscriber: Subscriber, page: Page): void {
    subscriber.sentSeq = page.toSeq;
    subscriber.seenSeq = page.toSeq;
    try {
      subscriber.onPage(page);
    } catch {
      end(subscriber, 'internal');
    }
  }

  async function catchUp(subscriber: Subscriber): Promise<void> {
    if (subscriber.isCatchingUp) return;
    subscriber.isCatchingUp = true;
    try {
      while (subscribers.has(subscriber) && subscriber.seenSeq < source.highSeq()) {
        const page = await pullPage(source, subscriber.actor, subscriber.sentSeq, PULL_MAX_ROWS);
        if (!subscribers.has(subscriber)) return;
        if (page.rows.length > 0 || page.fromSeq !== subscriber.sentSeq) send(subscriber, page);
        else subscriber.seenSeq = page.toSeq;
      }
    } catch {
      // Storage did not answer; `wake` tries again.
    } finally {
      subscriber.isCatchingUp = false;
    }
  }

  return {
    /** Throws deviceRevoked, notAllowed. `onPage` is never called before this returns. */
    subscribe(
      actor: Actor,
      fromSeq: number,
      onPage: (page: Page) => void,
      onEnd: (code: string) => void,
    ): { stop(): void } {
      assertReader(actor);
      const scope = scopeNameOf(actor, source.databaseId);
      const subscriber: Subscriber = {
        actor,
        scope,
        sentSeq: fromSeq,
        seenSeq: fromSeq,
        isCatchingUp: false,
        onPage,
        onEnd,
      };
      subscribers.add(subscriber);
      // A checkpoint beyond the database is answered by a page from 0.
      if (fromSeq > source.highSeq()) subscriber.seenSeq = -1;
      if (subscriber.seenSeq !== source.highSeq()) void catchUp(subscriber);
      return { stop: () => void subscribers.delete(subscriber) };
    },

    /** A commit: its rows by sequence, following `beforeSeq`. */
    publish(stored: readonly StoredRow[], beforeSeq: number, highSeq: number): void {
      const rowsOfScope = new Map<string, Page['rows']>();
      const pulled = stored.filter((row) => PULLED.has(row.type));
      for (const subscriber of [...subscribers]) {
        if (subscriber.isCatchingUp || subscriber.seenSeq !== beforeSeq) {
          void catchUp(subscriber);
          continue;
        }
        const { actor, scope } = subscriber;
        let rows = rowsOfScope.get(scope);
        if (rows === undefined) {
          rows = pulled
            .filter((row) => mayRead(actor, source.directory, row))
            .map(({ seq, row }) => ({ seq, row }));
          rowsOfScope.set(scope, rows);
        }
        if (rows.length === 0) subscriber.seenSeq = highSeq;
        else send(subscriber, { fromSeq: subscriber.sentSeq, toSeq: highSeq, rows, hasMore: false, scope });
      }
    },

    /** Everybody who is behind tries again. */
    wake(): void {
      for (const subscriber of subscribers)
        if (subscriber.seenSeq < source.highSeq()) void catchUp(subscriber);
    },

    endDevice(deviceId: string, code: string): void {
      for (const subscriber of [...subscribers]) {
        if (subscriber.actor.kind === 'member' && subscriber.actor.deviceId === deviceId)
          end(subscriber, code);
      }
    },

    endAll(code: string): void {
      for (const subscriber of [...subscribers]) end(subscriber, code);
    },

    count: (): number => subscribers.size,
  };
}
