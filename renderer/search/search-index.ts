/**
 * An inverted index of texts in an IndexedDB database of its own: texts get numbers as they come, the newest the highest;
 * whole segments are sealed (segment.ts), the rest is looked through. A query goes from the newest segment back and stops
 * when it has enough, so that the first hits of a frequent word cost as little as those of a rare one.
 * One window writes (the desk); any window may search.
 */
import { asked, done, openIdb } from './idb.ts';
import { markPlaces, SEGMENT_SIZE, sealSegment, type Segment } from './segment.ts';
import { hasPhrases, readQuery, wordsOf, type Query } from './words.ts';

/** Bump when words or stores change: the index is built anew. */
const VERSION = 1;

/** Segments that are asked for before they are needed. */
const READ_AHEAD = 8;

/** Messages are many: what has a name is kept apart, so that a client is not behind 100,000 of them. */
export type Space = 'messages' | 'names';
const SPACES: readonly Space[] = ['messages', 'names'];

export interface IndexedText {
  /** Names the text for ever, e.g. `message:ID`; writing it again replaces it. */
  key: string;
  kind: 'client' | 'chat' | 'message' | 'note';
  id: string;
  chatId: string | null;
  userId: string | null;
  atMs: number;
  text: string;
}
type Stored = IndexedText & { number: number };

export interface Change {
  space: Space;
  put?: IndexedText;
  remove?: string;
}

export type SearchIndex = Awaited<ReturnType<typeof openSearchIndex>>;

/** Opens the index called `name`. Throws what IndexedDB throws; the index can always be deleted and built again. */
export async function openSearchIndex(name: string, factory: IDBFactory = indexedDB) {
  const database = await openIdb(factory, name, VERSION, (made) => {
    for (const old of [...made.objectStoreNames]) made.deleteObjectStore(old);
    for (const space of SPACES) {
      const texts = made.createObjectStore(space, { keyPath: 'number' });
      texts.createIndex('key', 'key', { unique: true });
      made.createObjectStore(`${space}-segments`);
    }
    made.createObjectStore('state');
  });
  const sealed = new Map<string, Promise<Segment>>();
  const tailWords = new Map<string, ReadonlySet<string>>();

  const wordsOfStored = (space: Space, { number, text }: Stored): ReadonlySet<string> => {
    const key = `${space}:${number}`;
    const known = tailWords.get(key);
    if (known !== undefined) return known;
    const words = wordsOf(text);
    tailWords.set(key, words);
    return words;
  };

  /** Applies changes of one batch and remembers how far the source was read: both or neither. */
  async function apply(changes: readonly Change[], state: Record<string, unknown>): Promise<void> {
    const transaction = database.transaction(storeNames(), 'readwrite', { durability: 'relaxed' });
    const finished = done(transaction);
    for (const space of SPACES) {
      const own = changes.filter((change) => change.space === space);
      if (own.length > 0) await applyTo(transaction, space, own);
    }
    for (const [key, value] of Object.entries(state)) transaction.objectStore('state').put(value, key);
    await finished;
  }

  async function applyTo(
    transaction: IDBTransaction,
    space: Space,
    changes: readonly Change[],
  ): Promise<void> {
    const texts = transaction.objectStore(space);
    const newest = new Map(changes.map((change) => [change.put?.key ?? change.remove!, change]));
    const keys = [...newest.keys()];
    const before = await Promise.all(
      keys.map((key) => asked(texts.index('key').get(key)) as Promise<Stored>),
    );
    let next =
      ((await asked(transaction.objectStore('state').get(`next-${space}`))) as number | undefined) ?? 0;
    for (const [at, key] of keys.entries()) {
      const { put } = newest.get(key)!;
      const old = before[at] as Stored | undefined;
      if (old !== undefined && put !== undefined && old.text === put.text && old.atMs === put.atMs) continue;
      if (old !== undefined) texts.delete(old.number);
      if (put === undefined) continue;
      texts.put({ ...put, number: next });
      next += 1;
      if (next % SEGMENT_SIZE === 0) await seal(transaction, space, next - SEGMENT_SIZE);
    }
    transaction.objectStore('state').put(next, `next-${space}`);
  }

  async function seal(transaction: IDBTransaction, space: Space, first: number): Promise<void> {
    const range = IDBKeyRange.bound(first, first + SEGMENT_SIZE - 1);
    const stored = (await asked(transaction.objectStore(space).getAll(range))) as Stored[];
    const words: (ReadonlySet<string> | null)[] = Array<null>(SEGMENT_SIZE).fill(null);
    for (const one of stored) words[one.number - first] = wordsOf(one.text);
    transaction.objectStore(`${space}-segments`).put(sealSegment(words), first / SEGMENT_SIZE);
  }

  /** The newest texts with every word and phrase of what was typed, at most `limit`. */
  async function search(
    space: Space,
    typed: string,
    { limit, isWanted = () => true }: { limit: number; isWanted?: (text: IndexedText) => boolean },
  ): Promise<IndexedText[]> {
    const query = readQuery(typed);
    if (query.terms.length === 0) return [];
    const transaction = database.transaction([space, `${space}-segments`, 'state'], 'readonly');
    const texts = transaction.objectStore(space);
    const next =
      ((await asked(transaction.objectStore('state').get(`next-${space}`))) as number | undefined) ?? 0;
    const count = Math.floor(next / SEGMENT_SIZE);
    const isHit = (text: Stored | undefined): text is Stored =>
      text !== undefined && hasPhrases(text.text, query.phrases) && isWanted(text);

    const tail = (await asked(texts.getAll(IDBKeyRange.lowerBound(count * SEGMENT_SIZE)))) as Stored[];
    const hits = tail
      .reverse()
      .filter((one) => hasTerms(wordsOfStored(space, one), query) && isHit(one))
      .slice(0, limit);
    for (let number = count - 1; number >= 0 && hits.length < limit; number -= 1) {
      // The next ones are on their way while this one is looked through.
      for (let ahead = number; ahead > number - READ_AHEAD && ahead >= 0; ahead -= 1)
        void segmentOf(transaction, space, ahead).catch(() => undefined); // Told where it is awaited.
      const segment = await segmentOf(transaction, space, number);
      const places = placesOf(segment, query);
      for (let from = 0; from < places.length && hits.length < limit; from += limit) {
        const wave = places.slice(from, from + limit).map((place) => number * SEGMENT_SIZE + place);
        const found = await Promise.all(
          wave.map((one) => asked(texts.get(one)) as Promise<Stored | undefined>),
        );
        hits.push(...found.filter(isHit).slice(0, limit - hits.length));
      }
    }
    return hits.map(({ number: _number, ...text }) => text);
  }

  function segmentOf(transaction: IDBTransaction, space: Space, number: number): Promise<Segment> {
    const key = `${space}:${number}`;
    const known = sealed.get(key);
    if (known !== undefined) return known;
    const reading = asked(
      transaction.objectStore(`${space}-segments`).get(number) as IDBRequest<Segment>,
    ).catch((error: unknown) => {
      sealed.delete(key); // Read again by the next query.
      throw error;
    });
    sealed.set(key, reading);
    return reading;
  }

  return {
    apply,
    search,
    async readState(key: string): Promise<unknown> {
      return asked(database.transaction('state', 'readonly').objectStore('state').get(key));
    },
    /** Empties it; numbers start anew. */
    async clear(): Promise<void> {
      const transaction = database.transaction(storeNames(), 'readwrite');
      for (const store of storeNames()) transaction.objectStore(store).clear();
      sealed.clear();
      tailWords.clear();
      await done(transaction);
    },
    close: () => database.close(),
  };
}

function storeNames(): string[] {
  return [...SPACES.flatMap((space) => [space, `${space}-segments`]), 'state'];
}

function hasTerms(words: ReadonlySet<string>, { terms }: Query): boolean {
  return terms.every(
    ({ word, isPrefix }) =>
      words.has(word) || (isPrefix && [...words].some((candidate) => candidate.startsWith(word))),
  );
}

/** Places of a segment with all terms, the newest first. */
function placesOf(segment: Segment, { terms }: Query): number[] {
  const all = new Uint8Array(SEGMENT_SIZE).fill(1);
  for (const { word, isPrefix } of terms) {
    const found = new Uint8Array(SEGMENT_SIZE);
    markPlaces(segment, word, isPrefix, found);
    for (let place = 0; place < SEGMENT_SIZE; place += 1) all[place]! &= found[place]!;
  }
  const places: number[] = [];
  for (let place = SEGMENT_SIZE - 1; place >= 0; place -= 1) if (all[place] === 1) places.push(place);
  return places;
}
