/** What the tray says: title, tooltip and the lines of its menu (UX.md; design, `mini-tray-stage`). Pure. */
import type { LiveSnapshot } from '../live.ts';
import { countdownText, STATE_WORDS, stateOfChat } from './chat-state.ts';
import { spellOutCountdown } from './countdown-text.ts';
import { dockRowsOf, isRunning, type DockChat, type DockRow } from './urgency.ts';

/** Chats that the menu lists; the desk has the others. */
export const TRAY_ROWS_MAX = 9;

export interface TrayView {
  /** The shortest time that runs, e.g. `00:58`; empty when nothing runs. Never a name: it is always on screen. */
  title: string;
  tooltip: string;
  /** `7 live, 2 waiting, online`. */
  head: string;
  rows: { chatId: string; label: string }[];
  /** Chats beyond the rows. */
  more: number;
  running: number;
}

export interface TrayInput {
  chats: readonly DockChat[];
  live: LiveSnapshot | null;
  /** Chats that need the advisor. */
  needing: number;
  waiting: number;
  /**
   * The menu is made at the moment it is opened, so its seconds are right. Where the system keeps an open menu as it was
   * made (Linux), times are whole minutes: a second that stands still would be a wrong one.
   */
  isMenuOfNow: boolean;
}

export function trayOf({ chats, live, needing, waiting, isMenuOfNow }: TrayInput): TrayView {
  const rows = dockRowsOf(chats, live);
  const running = rows.filter(isRunning);
  const ordered = [...running, ...rows.filter((row) => !isRunning(row))];
  const first = running.find(({ client }) => client !== undefined && client.kind !== 'unpriced');
  const title = first === undefined ? '' : timeOf(first);
  return {
    title,
    tooltip: [
      'Chatclock',
      ...(title === '' ? [] : [`${title} left at the shortest`]),
      ...(needing === 0 ? [] : [`${needing} ${needing === 1 ? 'needs' : 'need'} you`]),
    ].join('\n'),
    head: `${rows.length} live, ${waiting} waiting${connectionWord(live)}`,
    rows: ordered.slice(0, TRAY_ROWS_MAX).map((row) => ({
      chatId: row.chatId,
      label: `${row.clientName === '' ? 'Client' : row.clientName}: ${lineOf(row, isMenuOfNow)}`,
    })),
    more: Math.max(0, ordered.length - TRAY_ROWS_MAX),
    running: running.length,
  };
}

function connectionWord(live: LiveSnapshot | null): string {
  switch (live?.connection.phase) {
    case 'online':
      return ', online';
    case 'offline':
      return ', offline';
    case 'refused':
      return ', not signed in at the server';
    default:
      return '';
  }
}

function timeOf({ chat, client }: DockRow): string {
  return client === undefined ? '' : countdownText(client, stateOfChat(chat, client));
}

function lineOf(row: DockRow, isMenuOfNow: boolean): string {
  const state = stateOfChat(row.chat, row.client);
  const word = STATE_WORDS[state].toLowerCase();
  if (row.client === undefined || state === 'unpriced' || state === 'out' || state === 'wait') return word;
  if (isMenuOfNow) return `${word}, ${timeOf(row)}`;
  // A begun minute still counts, as a begun second does.
  const minutes = Math.ceil(row.client.countdownMs / 60_000);
  return `${word}, ${minutes <= 1 ? 'under a minute' : `under ${spellOutCountdown(minutes * 60_000)}`}`;
}
