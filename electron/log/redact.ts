/** The last guard before the log: takes out what a line should not have had in the first place (SECURITY.md D15). Pure. */

const MAX_LENGTH = 2_000;
const REPLACED: readonly [pattern: RegExp, by: string][] = [
  // Bearer tokens, refresh tokens, keys: long runs of what they are made of.
  [/\bbearer\s+\S+/gi, 'bearer …'],
  [/[A-Za-z0-9_-]{32,}(?:\.[A-Za-z0-9_-]+)*/g, '…'],
  [/[A-Za-z0-9+/]{32,}={0,2}/g, '…'],
  [/[^\s@]{1,64}@[^\s@]{1,255}/g, '…@…'],
  // What is quoted is what somebody wrote.
  [/"(?:[^"\\]|\\.)*"/g, '"…"'],
];

export interface PrivatePlaces {
  /** Folders that say who somebody is: their home, this profile. */
  home: string;
  profile: string;
}

/** One line of the log without line breaks, home folders, tokens, addresses and quotations. */
export function redact(line: string, { home, profile }: PrivatePlaces): string {
  let text = line.replace(/\s+/g, ' ');
  for (const [folder, name] of [
    [profile, '<profile>'],
    [home, '~'],
  ] as const)
    if (folder.length > 1) text = text.replaceAll(folder, name);
  text = text.replace(/(\/home\/|\/Users\/|[A-Za-z]:\\Users\\)[^/\\\s]+/g, '~');
  for (const [pattern, by] of REPLACED) text = text.replace(pattern, by);
  return text.slice(0, MAX_LENGTH);
}
