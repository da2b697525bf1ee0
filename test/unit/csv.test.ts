import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLine, type CsvCell } from '../../shared/csv.ts';

/** Reads one line as RFC 4180 says. */
function readLine(line: string): string[] {
  const cells: string[] = [];
  let rest = line;
  for (;;) {
    const quoted = /^"((?:[^"]|"")*)"(,|\r\n)/u.exec(rest);
    const plain = quoted ?? /^([^",\r\n]*)(,|\r\n)/u.exec(rest);
    if (plain === null) throw new Error(`no cell at ${JSON.stringify(rest)}`);
    cells.push(quoted === null ? (plain[1] as string) : (plain[1] as string).replaceAll('""', '"'));
    rest = rest.slice(plain[0].length);
    if (plain[2] === '\r\n') {
      expect(rest).toBe('');
      return cells;
    }
  }
}

test('quotes what holds a comma, a quote or a line end, and leaves the rest alone', () => {
  expect(csvLine(['a', 'b, c', 'she said "no"', 'two\r\nlines', 12, -3, true, null, undefined, ''])).toBe(
    'a,"b, c","she said ""no""","two\r\nlines",12,-3,true,,,\r\n',
  );
});

test('nothing that somebody wrote is run by a spreadsheet', () => {
  for (const text of ['=1+1', '+49 30', '-2', '@SUM(A1)', '\t=1', '  =cmd', '\r=1'])
    expect(readLine(csvLine([text]))).toEqual([`'${text}`]);
});

test('whatever is written comes back', () => {
  const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.boolean(), fc.constant(null));
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1 }), (cells: CsvCell[]) => {
      const read = readLine(csvLine(cells));
      expect(
        read.map((one, n) => (typeof cells[n] === 'string' ? one.replace(/^'(?=\s*[=+\-@\t\r])/u, '') : one)),
      ).toEqual(
        cells.map((one) =>
          typeof one === 'string'
            ? one.replace(/^'(?=\s*[=+\-@\t\r])/u, '')
            : one === null
              ? ''
              : String(one),
        ),
      );
    }),
  );
});
