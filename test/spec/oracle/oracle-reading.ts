/**
 * The oracle's own reading of a facts file: DOMAIN.md "Facts files", sentence by sentence, without a library and
 * without anything of `shared/`.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- checked by hand below, field by field
type AnyFact = any;
export type Line = { lineNumber: number; order: number; fact: AnyFact };
/** An id with the line that claimed it and all its lines (that one and its copies). */
export type Entity = { first: Line; lines: Line[] };

const isId = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isWhole = (value: unknown): boolean =>
  typeof value === 'number' && value >= 0 && value <= 9007199254740991 && Math.floor(value) === value;
const isOneOf =
  (...allowed: unknown[]) =>
  (value: unknown): boolean =>
    allowed.includes(value);
const anything = (): boolean => true;
const maybe =
  (check: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || check(value);

type Row = {
  fields: Record<string, (value: unknown) => boolean>;
  fixed: string[];
  names?: Record<string, string[]>;
};
const money: Row = {
  fields: { userId: isId, amountMinor: isWhole, atMs: isWhole, chatId: maybe(isId), byId: maybe(isId) },
  fixed: ['userId', 'amountMinor', 'atMs'],
  names: { userId: ['user'], chatId: ['chat'] },
};
const onlyAnId: Row = { fields: {}, fixed: [] };
const table: Record<string, Row> = {
  advisor: onlyAnId,
  user: onlyAnId,
  chat: {
    fields: { userId: isId, advisorId: isId, openedAtMs: isWhole },
    fixed: ['userId', 'advisorId', 'openedAtMs'],
    names: { userId: ['user'], advisorId: ['advisor'] },
  },
  chatEnd: {
    fields: { chatId: isId, atMs: isWhole },
    fixed: ['chatId', 'atMs'],
    names: { chatId: ['chat'] },
  },
  rateChange: {
    fields: { chatId: maybe(isId), advisorId: maybe(isId), ratePerMinuteMinor: isWhole, atMs: isWhole },
    fixed: ['chatId', 'advisorId', 'ratePerMinuteMinor', 'atMs'],
    names: { chatId: ['chat'], advisorId: ['advisor'] },
  },
  freeTimeGrant: {
    fields: { userId: isId, advisorId: isId, ms: isWhole, atMs: isWhole },
    fixed: ['userId', 'advisorId', 'ms', 'atMs'],
    names: { userId: ['user'], advisorId: ['advisor'] },
  },
  topUp: money,
  refund: money,
  debit: money,
  goodwill: {
    fields: { userId: isId, chatId: isId, units: isWhole, atMs: isWhole },
    fixed: ['userId', 'chatId', 'units', 'atMs'],
    names: { userId: ['user'], chatId: ['chat'] },
  },
  policyChange: {
    fields: {
      key: (value) => typeof value === 'string',
      value: (value) => value !== undefined,
      atMs: isWhole,
    },
    fixed: ['key', 'value', 'atMs'],
  },
  timeSegment: {
    fields: {
      chatId: isId,
      deviceId: isId,
      startedAtMs: isWhole,
      elapsedMs: isWhole,
      closed: isOneOf(true, false),
      source: maybe(isOneOf('timer', 'manual')),
      funding: maybe(isOneOf('funded', 'unfunded')),
    },
    fixed: ['chatId', 'deviceId', 'startedAtMs'],
    names: { chatId: ['chat'] },
  },
  stopMark: {
    fields: { chatId: isId, deviceId: isId, atMs: isWhole },
    fixed: ['chatId', 'deviceId', 'atMs'],
    names: { chatId: ['chat'] },
  },
  trimMark: {
    fields: { segmentId: isId, deviceId: isId, elapsedMs: isWhole },
    fixed: ['segmentId', 'deviceId', 'elapsedMs'],
    names: { segmentId: ['timeSegment'] },
  },
  segmentAdmission: {
    fields: {
      segmentId: isId,
      code: isOneOf('admitted', 'clamped', 'quarantined'),
      startMs: isWhole,
      admittedElapsedMs: isWhole,
    },
    fixed: ['segmentId'],
    names: { segmentId: ['timeSegment'] },
  },
  markAdmission: {
    fields: { markId: isId, code: isOneOf('admitted', 'quarantined'), atMs: isWhole },
    fixed: ['markId', 'code', 'atMs'],
    names: { markId: ['stopMark', 'chatEnd', 'trimMark'] },
  },
  ruling: {
    fields: {
      targetId: isId,
      action: isOneOf('admit', 'trim', 'void'),
      elapsedMs: anything,
      byId: maybe(isId),
    },
    fixed: ['targetId', 'action'],
    names: { targetId: ['timeSegment'] },
  },
  periodClose: onlyAnId,
  message: onlyAnId,
  note: onlyAnId,
  timeAdjustment: onlyAnId,
  history: onlyAnId,
};

export function readAsWritten(text: string): { entities: Entity[]; reports: string[] } {
  const reports: { lineNumber: number; code: string }[] = [];
  const readable: { lineNumber: number; text: string; fact: AnyFact }[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const fact = readFact(line);
    if (fact === undefined) reports.push({ lineNumber: index + 1, code: 'unreadable' });
    else readable.push({ lineNumber: index + 1, text: line.trim(), fact });
  });

  const isSeqUsable = readable.every(
    (line) =>
      line.fact.seq !== undefined &&
      readable.every((other) => other.fact.seq !== line.fact.seq || other.text === line.text),
  );
  const lines: Line[] = readable.map(({ lineNumber, fact }) => ({
    lineNumber,
    fact,
    order: isSeqUsable ? fact.seq : lineNumber,
  }));
  lines.sort((a, b) => a.order - b.order);

  const entities: Entity[] = [];
  for (const line of lines) {
    const owner = entities.find((entity) => entity.first.fact.id === line.fact.id);
    if (owner === undefined) entities.push({ first: line, lines: [line] });
    else if (isCopy(owner.first.fact, line.fact)) owner.lines.push(line);
    else reports.push({ lineNumber: line.lineNumber, code: 'idConflict' });
  }

  // Leaving one out may leave others without what they name: repeat until nothing changes.
  let kept = entities;
  for (let before = -1; before !== kept.length;) {
    before = kept.length;
    kept = kept.filter((entity) => namesOnly(entity.first.fact, kept));
  }
  for (const entity of entities) {
    for (const line of entity.lines) {
      if (!kept.includes(entity) || !namesOnly(line.fact, kept))
        reports.push({ lineNumber: line.lineNumber, code: 'unknownReference' });
    }
  }
  return {
    entities: kept,
    reports: reports
      .sort((a, b) => a.lineNumber - b.lineNumber)
      .map((one) => `${one.lineNumber} ${one.code}`),
  };
}

function readFact(text: string): AnyFact | undefined {
  let fact: AnyFact;
  try {
    fact = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (fact === null || typeof fact !== 'object' || typeof fact.type !== 'string') return undefined;
  const row = Object.entries(table).find(([type]) => type === fact.type)?.[1];
  if (row === undefined || !isId(fact.id) || !maybe(isWhole)(fact.seq)) return undefined;
  for (const [field, isRight] of Object.entries(row.fields)) if (!isRight(fact[field])) return undefined;
  if (fact.type === 'rateChange' && (fact.chatId === undefined) === (fact.advisorId === undefined))
    return undefined;
  if (fact.type === 'ruling' && fact.action === 'trim' && !isWhole(fact.elapsedMs)) return undefined;
  if (
    fact.type === 'policyChange' &&
    fact.key === 'billingIncrementMs' &&
    !(isWhole(fact.value) && fact.value >= 1)
  )
    return undefined;
  return fact;
}

function isCopy(first: AnyFact, later: AnyFact): boolean {
  if (first.type !== later.type) return false;
  const fixed = [...(table[first.type] as Row).fixed];
  if (first.type === 'ruling' && first.action === 'trim') fixed.push('elapsedMs');
  return fixed.every((field) => JSON.stringify(first[field]) === JSON.stringify(later[field]));
}

function namesOnly(fact: AnyFact, kept: Entity[]): boolean {
  const names = (table[fact.type] as Row).names ?? {};
  const areKnown = Object.entries(names).every(
    ([field, types]) =>
      fact[field] === undefined ||
      kept.some((entity) => entity.first.fact.id === fact[field] && types.includes(entity.first.fact.type)),
  );
  if (!areKnown || fact.type !== 'trimMark') return areKnown;
  return kept.some(
    (entity) => entity.first.fact.id === fact.segmentId && entity.first.fact.deviceId === fact.deviceId,
  );
}
