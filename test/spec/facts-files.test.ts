import { describe, expect, it } from 'vitest';
import { parseFacts } from '../../shared/facts/parse-facts.ts';
import { foldFacts } from '../../shared/fold/fold.ts';

/** A user, an advisor, a price of 1 unit per ms and a chat, then the lines of the test. */
function file(...lines: (object | string)[]): string {
  return [
    { type: 'user', id: 'u' },
    { type: 'advisor', id: 'a' },
    { type: 'rateChange', id: 'r', advisorId: 'a', ratePerMinuteMinor: 1, atMs: 0 },
    { type: 'chat', id: 'c', userId: 'u', advisorId: 'a', openedAtMs: 0 },
    ...lines,
  ]
    .map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
    .join('\n');
}
const segment = (fields: object = {}) => ({
  type: 'timeSegment',
  id: 's',
  chatId: 'c',
  deviceId: 'd',
  startedAtMs: 100,
  elapsedMs: 50,
  closed: false,
  ...fields,
});
const paidMs = (text: string): number | undefined => foldFacts(parseFacts(text).facts).chats[0]?.paidMs;
const reports = (text: string): string[] =>
  parseFacts(text).reports.map(({ lineNumber, code }) => `${lineNumber} ${code}`);

describe('which line an id belongs to', () => {
  it('copies of a segment join, in whatever order they stand', () => {
    expect(
      paidMs(
        file(segment({ elapsedMs: 9 }), segment({ elapsedMs: 70, closed: true }), segment({ elapsedMs: 20 })),
      ),
    ).toBe(70);
  });

  it('another value of a fixed field is a conflict, and the first line stands', () => {
    const text = file(segment(), segment({ startedAtMs: 101, elapsedMs: 90 }));
    expect(reports(text)).toEqual(['6 idConflict']);
    expect(paidMs(text)).toBe(50);
  });

  it('another type is a conflict, ids being unique over all types', () => {
    expect(reports(file({ type: 'note', id: 's' }, segment()))).toEqual(['6 idConflict']);
  });

  it('a line that is left out keeps its id: a later one of another chat is a conflict, a copy is left out with it', () => {
    expect(
      reports(file(segment({ chatId: 'nobody' }), segment(), segment({ chatId: 'nobody', elapsedMs: 60 }))),
    ).toEqual(['5 unknownReference', '6 idConflict', '7 unknownReference']);
  });

  it('an unreadable line claims nothing', () => {
    const text = file(segment({ elapsedMs: -1 }), segment({ startedAtMs: 7 }));
    expect(reports(text)).toEqual(['5 unreadable']);
    expect(paidMs(text)).toBe(50);
  });

  it("of an admission's copies the largest length counts, start and code stay", () => {
    const admission = {
      type: 'segmentAdmission',
      id: 'm',
      segmentId: 's',
      code: 'clamped',
      startMs: 200,
      admittedElapsedMs: 10,
    };
    const mark = { type: 'stopMark', id: 'k', chatId: 'c', deviceId: 'd', atMs: 205 };
    expect(
      paidMs(
        file(segment(), admission, { ...admission, startMs: 9, code: 'quarantined', admittedElapsedMs: 40 }),
      ),
    ).toBe(40);
    expect(
      paidMs(file(segment(), admission, { ...admission, startMs: 9, admittedElapsedMs: 40 }, mark)),
    ).toBe(5);
  });
});

describe('server order', () => {
  const first = { type: 'ruling', id: 'q1', targetId: 's', action: 'void' };
  const second = { type: 'ruling', id: 'q2', targetId: 's', action: 'admit' };
  const numbered = (lines: object[], ...seqs: (number | undefined)[]): string =>
    lines.map((line, index) => JSON.stringify({ ...line, seq: seqs[index] })).join('\n');
  const base = file(segment())
    .split('\n')
    .map((line) => JSON.parse(line) as object);

  it('is the line number without seq', () => expect(paidMs(numbered([...base, first, second]))).toBe(50));
  it('is seq when all lines carry a distinct one', () =>
    expect(paidMs(numbered([...base, first, second], 1, 2, 3, 4, 5, 7, 6))).toBe(0));
  it('is the line number when one line has no seq', () =>
    expect(paidMs(numbered([...base, first, second], 1, 2, 3, 4, undefined, 7, 6))).toBe(50));
  it('is the line number when two lines share a seq', () =>
    expect(paidMs(numbered([...base, first, second], 1, 2, 3, 4, 4, 7, 6))).toBe(50));
  it('is seq when a repeated copy of a line keeps its seq', () =>
    expect(paidMs(numbered([...base, first, second, first], 1, 2, 3, 4, 5, 7, 6, 7))).toBe(0));
  it('is seq whatever unreadable lines carry', () =>
    expect(paidMs(`${numbered([...base, first, second], 1, 2, 3, 4, 5, 7, 6)}\n{"type":"x","seq":1}`)).toBe(
      0,
    ));

  it('decides which copies a ruling saw', () => {
    expect(paidMs(file(segment({ elapsedMs: 10 }), second, segment({ elapsedMs: 99 })))).toBe(10);
  });

  it('a ruling that came before every copy of its segment admits nothing', () =>
    expect(paidMs(file(second, segment()))).toBe(0));
});

describe('references', () => {
  it('a line may name what comes later', () =>
    expect(reports(`${JSON.stringify(segment({ chatId: 'c' }))}\n${file()}`)).toEqual([]));

  it('leaving out goes on through everything that names what was left out', () => {
    const text = file(
      { type: 'chat', id: 'c2', userId: 'nobody', advisorId: 'a', openedAtMs: 0 },
      segment({ chatId: 'c2' }),
      { type: 'ruling', id: 'q', targetId: 's', action: 'admit' },
      { type: 'stopMark', id: 'k', chatId: 'c2', deviceId: 'd', atMs: 1 },
      { type: 'markAdmission', id: 'ma', markId: 'k', code: 'admitted', atMs: 1 },
    );
    expect(reports(text)).toEqual([
      '5 unknownReference',
      '6 unknownReference',
      '7 unknownReference',
      '8 unknownReference',
      '9 unknownReference',
    ]);
  });

  it('an id of another type is no answer', () =>
    expect(reports(file(segment({ chatId: 'u' })))).toEqual(['5 unknownReference']));
  it('byId and deviceId name nobody the file defines', () =>
    expect(
      reports(
        file(segment(), { type: 'ruling', id: 'q', targetId: 's', action: 'admit', byId: 'supervisor' }),
      ),
    ).toEqual([]));
  it('the trim of another device is left out', () => {
    const text = file(segment(), { type: 'trimMark', id: 't', segmentId: 's', deviceId: 'e', elapsedMs: 1 });
    expect(reports(text)).toEqual(['6 unknownReference']);
    expect(paidMs(text)).toBe(50);
  });
  it('what the fold ignores may name anything, and still owns its id', () =>
    expect(reports(file({ type: 'message', id: 'x', chatId: 'nobody' }))).toEqual([]));
});

describe('what is unreadable', () => {
  it.each([
    'nonsense',
    '[]',
    'null',
    '{"type":"spaceship","id":"x"}',
    '{"type":"user","id":""}',
    '{"type":"user","id":"x","seq":-1}',
    '{"type":"topUp","id":"x","userId":"u","amountMinor":1.5,"atMs":0}',
    '{"type":"topUp","id":"x","userId":"u","amountMinor":9007199254740992,"atMs":0}',
    '{"type":"topUp","id":"x","userId":"u","amountMinor":"1","atMs":0}',
    '{"type":"rateChange","id":"x","chatId":"c","advisorId":"a","ratePerMinuteMinor":1,"atMs":0}',
    '{"type":"ruling","id":"x","targetId":"s","action":"trim"}',
    '{"type":"policyChange","id":"x","key":"billingIncrementMs","value":0,"atMs":0}',
    '{"type":"timeSegment","id":"x","chatId":"c","deviceId":"d","startedAtMs":0,"elapsedMs":1,"closed":"yes"}',
    '{"__proto__":{"closed":true},"type":"timeSegment","id":"x","chatId":"c","deviceId":"d","startedAtMs":0,"elapsedMs":1}',
  ])('%s', (line) => expect(reports(file(line))).toEqual(['5 unreadable']));

  it('unknown fields are kept and ignored, whatever they are called', () =>
    expect(
      reports(file({ type: 'note', id: 'n', atMs: -1, chatId: 7 }, segment({ wallMs: -3, closeReason: 5 }))),
    ).toEqual([]));
  it('1e2 and 100.0 are whole numbers', () =>
    expect(
      paidMs(
        file(
          '{"type":"timeSegment","id":"s","chatId":"c","deviceId":"d","startedAtMs":1e2,"elapsedMs":100.0,"closed":true}',
        ),
      ),
    ).toBe(100));
  it('a report never carries a line end out of an id', () =>
    expect(parseFacts(file(segment({ id: 'x\n7 unreadable', chatId: 'no' }))).reports[0]?.text).not.toContain(
      '\n',
    ));
  it('deep nesting does not exhaust the stack', () => {
    const value = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const line = `{"type":"policyChange","id":"p","key":"k","value":${value},"atMs":0,"seq":1}`;
    expect(reports(file(line, line))).toEqual([]);
  });
});
