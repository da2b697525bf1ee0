/** Lines of a CSV file (RFC 4180), safe to open in a spreadsheet. Pure. */

/** What may stand in a cell: null and undefined are an empty one. */
export type CsvCell = string | number | boolean | null | undefined;

const NEEDS_QUOTES = /[",\r\n]/;
/** A text that a spreadsheet would take for a formula, also behind white space. */
const LOOKS_LIKE_FORMULA = /^\s*[=+\-@\t\r]/u;

/**
 * One line with its line end. Texts that a spreadsheet would run as a formula get an apostrophe before them, so that they
 * are read as text; numbers are written as they are.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(cell: CsvCell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = LOOKS_LIKE_FORMULA.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
