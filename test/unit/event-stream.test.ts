import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEventParser, type StreamEvent } from '../../renderer/replication/event-stream.ts';

const parse = (...chunks: string[]): StreamEvent[] => {
  const parser = createEventParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
};

test('an event is complete at its empty line, not before', () => {
  expect(parse('event: page\ndata: {"a":1}\n')).toEqual([]);
  expect(parse('event: page\ndata: {"a":1}\n\n')).toEqual([{ event: 'page', data: '{"a":1}' }]);
});

test('several data lines are one text, a comment is nothing, one space after the colon is not data', () => {
  expect(parse(': ping\n\ndata:a\ndata:  b\n\n')).toEqual([{ event: 'message', data: 'a\n b' }]);
});

test('lines may end in any of the three ways', () => {
  expect(parse('data: a\r\n\r\ndata: b\r\rdata: c\n\n', '\n').map(({ data }) => data)).toEqual([
    'a',
    'b',
    'c',
  ]);
});

test('the same events come out wherever the text is cut', () => {
  const text = 'event: page\r\ndata: 1\r\n\r\nevent: ping\ndata: 2\n\n: x\ndata: 3\n\n';
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: text.length })), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), text.length];
      const chunks = at.slice(1).map((end, index) => text.slice(at[index], end));
      expect(parse(...chunks)).toEqual(parse(text));
    }),
  );
});
