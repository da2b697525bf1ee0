/** Random facts files: small, dense, full of ties and of what nobody would write on purpose. The same seed, the same file. */
type Fact = Record<string, unknown>;

/** A seeded source of choices. */
export type Choices = {
  upTo(max: number): number;
  chance(percent: number): boolean;
  one<T>(items: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
};

export function createChoices(seed: number): Choices {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const upTo = (max: number): number => Math.floor(next() * (max + 1));
  return {
    upTo,
    chance: (percent) => next() * 100 < percent,
    one: (items) => items[upTo(items.length - 1)] as (typeof items)[number],
    shuffle: (items) => {
      const shuffled = [...items];
      for (let last = shuffled.length - 1; last > 0; last -= 1) {
        const other = upTo(last);
        [shuffled[last], shuffled[other]] = [
          shuffled[other] as (typeof items)[number],
          shuffled[last] as (typeof items)[number],
        ];
      }
      return shuffled;
    },
  };
}

// Prefixes of one another, digits that sort unlike numbers, letters that collate unlike code units, halves of surrogate
// pairs, names that objects have already.
const STEMS = [
  'a',
  'A',
  'aa',
  'a.',
  '9',
  '10',
  '1',
  'é',
  'e\u0301',
  'z',
  '😀',
  '\ud83d',
  '\uffff',
  '__proto__',
  'constructor',
  'c 1',
  'c\n1',
  'c\u2028',
  '\u0000',
];

const UNREADABLE = [
  'not json',
  '[]',
  'null',
  '5',
  '"user"',
  '{"id":"a"}',
  '{"type":"user"}',
  '{"type":"user","id":""}',
  '{"type":"user","id":7}',
  '{"type":"User","id":"a"}',
  '{"type":"toString","id":"a"}',
  '{"type":"user","id":"a","seq":-1}',
  '{"type":"user","id":"a","seq":"1"}',
  '{"type":"user","id":"a","seq":null}',
  '{"type":"user","id":"a"',
  '{"type":"chat","id":"a","userId":"a","advisorId":"a"}',
  '{"type":"rateChange","id":"a","ratePerMinuteMinor":1,"atMs":0}',
  '{"type":"rateChange","id":"a","chatId":"a","advisorId":"a","ratePerMinuteMinor":1,"atMs":0}',
  '{"type":"rateChange","id":"a","chatId":null,"advisorId":"a","ratePerMinuteMinor":1,"atMs":0}',
  '{"type":"topUp","id":"a","userId":"a","amountMinor":9007199254740992,"atMs":0}',
  '{"type":"topUp","id":"a","userId":"a","amountMinor":-1,"atMs":0}',
  '{"type":"topUp","id":"a","userId":"a","amountMinor":1.5,"atMs":0}',
  '{"type":"topUp","id":"a","userId":"a","amountMinor":"1","atMs":0}',
  '{"type":"topUp","id":"a","userId":"a","amountMinor":1,"atMs":0,"chatId":""}',
  '{"type":"timeSegment","id":"a","chatId":"a","deviceId":"d","startedAtMs":0,"elapsedMs":1,"closed":1}',
  '{"type":"timeSegment","id":"a","chatId":"a","deviceId":"d","startedAtMs":0,"elapsedMs":1,"closed":true,"source":"phone"}',
  '{"type":"timeSegment","id":"a","chatId":"a","deviceId":"d","startedAtMs":0,"elapsedMs":1,"closed":true,"funding":null}',
  '{"type":"segmentAdmission","id":"a","segmentId":"a","code":"pending","startMs":0,"admittedElapsedMs":1}',
  '{"type":"markAdmission","id":"a","markId":"a","code":"clamped","atMs":0}',
  '{"type":"ruling","id":"a","targetId":"a","action":"trim"}',
  '{"type":"ruling","id":"a","targetId":"a","action":"deny"}',
  '{"type":"policyChange","id":"a","key":"billingIncrementMs","value":0,"atMs":0}',
  '{"type":"policyChange","id":"a","key":"billingIncrementMs","value":"5","atMs":0}',
  '{"type":"policyChange","id":"a","key":"other","atMs":0}',
  '{"__proto__":{"closed":true},"type":"timeSegment","id":"a","chatId":"a","deviceId":"d","startedAtMs":0,"elapsedMs":1}',
];

const LAST_INSTANT = 30;

export function randomFactsFile(seed: number): string {
  const choices = createChoices(seed);
  const facts = randomFacts(choices);
  addSeqs(facts, choices);
  const lines = facts.map((fact) => JSON.stringify(fact));
  // Most files are tidy: each fault has files without the others in which it decides alone.
  if (choices.chance(40))
    for (let count = choices.upTo(4); count > 0; count -= 1) lines.push(choices.one(lines));
  if (choices.chance(30))
    for (let count = choices.upTo(3); count > 0; count -= 1) lines.push(choices.one(UNREADABLE));
  if (choices.chance(10)) lines.push('', '  ');
  return choices.shuffle(lines).join(choices.chance(10) ? '\r\n' : '\n');
}

function randomFacts(choices: Choices): Fact[] {
  const facts: Fact[] = [];
  const stem = (): string => choices.one(STEMS);
  const ms = (): number => choices.upTo(LAST_INSTANT);
  const strayPercent = choices.chance(30) ? 8 : 0;
  const copyPercent = choices.chance(70) ? 15 : 0;
  const idsOf = (...types: string[]): string[] =>
    facts.filter((fact) => types.includes(fact.type as string)).map((fact) => fact.id as string);
  const name = (...types: string[]): string => {
    const ids = idsOf(...types);
    if (ids.length === 0 || choices.chance(strayPercent))
      return choices.one([...facts.map((fact) => fact.id as string), 'nobody']);
    // Something popular, so that several verdicts meet on one segment, several marks on one chat.
    return choices.chance(35) ? (ids[0] as string) : choices.one(ids);
  };
  const add = (type: string, fields: Fact): void => {
    // Never two types with one id unless by the copies below; the running number keeps ids apart.
    facts.push({
      type,
      id: facts.some((fact) => fact.id === fields.id) ? `${String(fields.id)}${facts.length}` : fields.id,
      ...without(fields, 'id'),
    });
  };
  const make: Record<string, () => void> = {
    chatEnd: () => add('chatEnd', { id: stem(), chatId: name('chat'), atMs: ms() }),
    stopMark: () =>
      add('stopMark', { id: stem(), chatId: name('chat'), deviceId: choices.one(['d', 'e']), atMs: ms() }),
    segment: () =>
      add('timeSegment', {
        id: stem(),
        chatId: name('chat'),
        deviceId: choices.one(['d', 'd', 'e']),
        startedAtMs: ms(),
        elapsedMs: choices.upTo(20),
        closed: choices.chance(50),
        ...(choices.chance(15) ? { source: choices.one(['manual', 'timer']) } : {}),
        ...(choices.chance(15) ? { funding: choices.one(['unfunded', 'funded']) } : {}),
      }),
    trimMark: () =>
      add('trimMark', {
        id: stem(),
        segmentId: name('timeSegment'),
        deviceId: choices.one(['d', 'd', 'd', 'e']),
        elapsedMs: choices.upTo(15),
      }),
    admission: () =>
      add('segmentAdmission', {
        id: stem(),
        segmentId: name('timeSegment'),
        code: choices.one(['admitted', 'clamped', 'quarantined']),
        startMs: ms(),
        admittedElapsedMs: choices.upTo(20),
      }),
    markAdmission: () =>
      add('markAdmission', {
        id: stem(),
        markId: name('stopMark', 'chatEnd', 'stopMark', 'chatEnd', 'trimMark'),
        code: choices.one(['admitted', 'quarantined']),
        atMs: ms(),
      }),
    ruling: () => {
      const action = choices.one(['admit', 'trim', 'trim', 'void']);
      add('ruling', {
        id: stem(),
        targetId: name('timeSegment'),
        action,
        ...(action === 'trim' || choices.chance(10) ? { elapsedMs: choices.upTo(20) } : {}),
        byId: 's',
      });
    },
    rate: () =>
      add('rateChange', {
        id: stem(),
        ...(choices.chance(50) ? { chatId: name('chat') } : { advisorId: name('advisor') }),
        ratePerMinuteMinor: choices.one([0, 1, 2, 199, 20000, 60000]),
        atMs: choices.one([0, 5, 10, ms()]),
      }),
    grant: () =>
      add('freeTimeGrant', {
        id: stem(),
        userId: name('user'),
        advisorId: name('advisor'),
        ms: choices.upTo(25),
        atMs: choices.one([0, 0, 10, ms()]),
      }),
    money: () =>
      add(choices.one(['topUp', 'refund', 'debit']), {
        id: stem(),
        userId: name('user'),
        amountMinor: choices.upTo(9),
        atMs: ms(),
        ...(choices.chance(20) ? { chatId: name('chat') } : {}),
      }),
    goodwill: () =>
      add('goodwill', {
        id: stem(),
        userId: name('user'),
        chatId: name('chat'),
        units: choices.upTo(99),
        atMs: ms(),
      }),
    policy: () =>
      add('policyChange', {
        id: stem(),
        key: choices.chance(80) ? 'billingIncrementMs' : 'other',
        value: 1 + choices.upTo(9),
        atMs: choices.one([0, 10, ms()]),
      }),
    ignored: () =>
      add(choices.one(['note', 'message', 'periodClose', 'history', 'timeAdjustment']), {
        id: stem(),
        chatId: 'nobody',
        atMs: -1,
      }),
  };
  for (let count = 1 + choices.upTo(1); count > 0; count -= 1) add('user', { id: stem() });
  for (let count = 1 + choices.upTo(1); count > 0; count -= 1) add('advisor', { id: stem() });
  for (let count = 1 + choices.upTo(3); count > 0; count -= 1)
    add('chat', { id: stem(), userId: name('user'), advisorId: name('advisor'), openedAtMs: ms() });
  for (let count = 1 + choices.upTo(6); count > 0; count -= 1) make['segment']?.();
  const rest = [
    ...Object.keys(make),
    'segment',
    'rate',
    'grant',
    'ruling',
    'admission',
    'stopMark',
    choices.one(['trimMark', 'admission']),
  ];
  rest.push(rest.at(-1) as string);
  for (let count = choices.upTo(14); count > 0; count -= 1) {
    if (choices.chance(copyPercent))
      facts.push(changedCopy(choices.one(growing(choices, facts)), choices, facts));
    else make[choices.one(rest)]?.();
  }
  return facts;
}

/** What to copy: half of the time something that grows, when there is any. */
function growing(choices: Choices, facts: readonly Fact[]): readonly Fact[] {
  const able = facts.filter((fact) => fact.type === choices.one(['timeSegment', 'segmentAdmission']));
  return able.length > 0 && choices.chance(50) ? able : facts;
}

/** A later line of an id that is taken: grown, contradicting, or of another type. */
function changedCopy(original: Fact, choices: Choices, facts: readonly Fact[]): Fact {
  if (choices.chance(15)) return { ...choices.one(facts), id: original.id };
  const copy = { ...original };
  for (const field of Object.keys(copy)) {
    if (field === 'id' || field === 'type' || !choices.chance(field.endsWith('lapsedMs') ? 60 : 8)) continue;
    if (typeof copy[field] === 'number') copy[field] = choices.upTo(25);
    else if (typeof copy[field] === 'boolean') copy[field] = choices.chance(50);
    else if (field === 'code') copy[field] = choices.one(['admitted', 'quarantined']);
    else if (field === 'source') copy[field] = choices.one(['manual', 'timer']);
    else if (field === 'deviceId') copy[field] = 'e';
    else if (field.endsWith('Id')) copy[field] = choices.one([...facts.map((fact) => fact.id), 'nobody']);
  }
  if (choices.chance(20)) copy['unknownField'] = { anything: [null] };
  return copy;
}

function addSeqs(facts: Fact[], choices: Choices): void {
  const mode = choices.one(['none', 'none', 'distinct', 'distinct', 'oneMissing', 'oneTwice']);
  if (mode === 'none') return;
  const seqs = choices.shuffle(facts.map((_, index) => index * 3));
  facts.forEach((fact, index) => (fact['seq'] = seqs[index]));
  const last = facts.at(-1) as Fact;
  if (mode === 'oneMissing') delete last['seq'];
  if (mode === 'oneTwice') last['seq'] = facts[0]?.['seq'];
}

function without(fields: Fact, field: string): Fact {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== field));
}
