/** "Save a report": what helps whoever looks into a problem, without content or names; shown before it is saved. Pure. */
import type { LiveSnapshot } from '../../shared/live.ts';

export interface ReportFacts {
  atMs: number;
  versions: Readonly<Record<string, string>>;
  system: { platform: string; release: string; arch: string; locale: string; memoryMb: number };
  /** Role and whether it is the practice organisation; null when nobody is signed in. */
  member: { role: string; isPractice: boolean; needsSignIn: boolean } | null;
  live: LiveSnapshot | null;
  /** Refused rows by code. */
  refused: Readonly<Record<string, number>>;
  /** How the refresh token is kept. */
  secrets: string;
  /** Choices of this profile. */
  preferences: Readonly<Record<string, unknown>>;
  logLines: readonly string[];
}

/** Plain text, LF, one fact a line. */
export function reportText(facts: ReportFacts): string {
  const { live } = facts;
  return [
    `Chatclock report, ${new Date(facts.atMs).toISOString()}`,
    'No message texts, notes or names of people are in this report.',
    '',
    '## Program',
    ...Object.entries(facts.versions).map(([name, version]) => `${name}: ${version}`),
    ...Object.entries(facts.system).map(([name, value]) => `${name}: ${value}`),
    `secrets: ${facts.secrets}`,
    '',
    '## Connection and outbox',
    facts.member === null
      ? 'nobody is signed in'
      : `role: ${facts.member.role}, practice: ${facts.member.isPractice}, must sign in: ${facts.member.needsSignIn}`,
    ...(live === null ? [] : connectionLines(live)),
    ...Object.entries(facts.refused).map(([code, count]) => `refused ${code}: ${count}`),
    '',
    '## Chats on this computer',
    ...(live === null ? ['none'] : chatLines(live)),
    '',
    '## Settings',
    ...Object.entries(facts.preferences).map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
    '',
    '## Log',
    ...(facts.logLines.length === 0 ? ['empty'] : facts.logLines),
    '',
  ].join('\n');
}

function connectionLines({ connection, outbox, serverNowMs }: LiveSnapshot): string[] {
  return [
    `connection: ${connection.phase}`,
    `server clock: ${new Date(serverNowMs).toISOString()}`,
    `outbox: ${outbox.waiting} waiting, ${outbox.refused} refused`,
  ];
}

/** Counts, no ids: a chat's id is somebody's. */
function chatLines({ chats, clients }: LiveSnapshot): string[] {
  const counts = new Map<string, number>();
  for (const { timer, isOpen, unconfirmedMs, funding } of chats) {
    const words = [timer, ...(isOpen ? ['window open'] : []), ...(unconfirmedMs > 0 ? ['unconfirmed'] : [])];
    const key = [...words, ...(funding === 'unfunded' ? ['unfunded'] : [])].join(', ');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...[...counts].sort().map(([words, count]) => `${count} × ${words}`), `clients: ${clients.length}`];
}
