import { describe, expect, it } from 'vitest';
import { drawLogo, INKS } from '../../electron/tray/logo-bitmap.ts';
import { trayOf, type TrayInput } from '../../shared/dock/tray.ts';
import type { LiveSnapshot } from '../../shared/live.ts';

type Told = [id: string, timer: string, kind: string, countdownMs: number];

function viewOf(told: Told[], more: Partial<TrayInput> = {}) {
  const live = {
    connection: { phase: 'online', syncedAtMs: 0 },
    chats: told.map(([chatId, timer]) => ({
      ...{ chatId, userId: `of ${chatId}`, timer },
      ...{ runningElsewhere: null, unconfirmedMs: 0 },
    })),
    clients: told.map(([id, , kind, countdownMs]) => ({
      ...{ userId: `of ${id}`, kind, countdownMs, isUnconfirmed: id === 'Tom' },
    })),
  } as unknown as LiveSnapshot;
  const chats = told.map(([chatId]) => ({ chatId, clientName: chatId }));
  return trayOf({ chats, live, needing: 0, waiting: 0, isMenuOfNow: true, ...more });
}

const STORY: Told[] = [
  ['Ana', 'exhausted', 'exhausted', 0],
  ['Jonas', 'running', 'paid', 942_000],
  ['Tom', 'running', 'paid', 750_000],
  ['Eva', 'paused', 'paid', 30_000],
  ['Mara', 'running', 'free', 72_000],
  ['Pia', 'running', 'low', 57_400],
];

describe('The tray', () => {
  it('shows the shortest time that runs at the second of the windows, and names nobody', () => {
    const { title, tooltip, head } = viewOf(STORY, { needing: 2, waiting: 3 });
    expect([title, head]).toEqual(['00:58', '6 live, 3 waiting, online']);
    expect(tooltip).toBe('Chatclock\n00:58 left at the shortest\n2 need you');
    expect(viewOf([]).tooltip).toBe('Chatclock');
    expect(viewOf([['Ana', 'exhausted', 'exhausted', 0]]).title).toBe('');
    expect(viewOf([['Free of charge', 'running', 'unpriced', 0]]).title).toBe('');
  });

  it('lists what runs first, the shortest time first', () => {
    expect(viewOf(STORY).rows.map(({ label }) => label)).toEqual([
      'Pia: low, 00:58',
      'Mara: free, 01:12',
      'Tom: unconfirmed, ≈ 12:30',
      'Jonas: paid, 15:42',
      'Ana: exhausted',
      'Eva: paused, 00:30',
    ]);
    const many = viewOf(Array.from({ length: 12 }, (_, n): Told => [`c${n}`, 'running', 'paid', 1000 * n]));
    expect([many.rows.length, many.more, many.running]).toEqual([9, 3, 12]);
  });

  it('says no second that would stand still, where an open menu cannot follow', () => {
    const labels = viewOf(STORY, { isMenuOfNow: false }).rows.map(({ label }) => label);
    expect(labels.slice(0, 4)).toEqual([
      'Pia: low, under a minute',
      'Mara: free, under 2 minutes',
      'Tom: unconfirmed, under 13 minutes',
      'Jonas: paid, under 16 minutes',
    ]);
  });

  it('names nobody when names are hidden', () => {
    const { rows } = viewOf(STORY, { chats: [{ chatId: 'Pia', clientName: '' }] });
    expect(rows).toEqual([{ chatId: 'Pia', label: 'Client: low, 00:58' }]);
  });
});

describe('The icon', () => {
  const alphaAt = (bitmap: Buffer, x: number, y: number) => bitmap[(y * 32 + x) * 4 + 3];

  it('is the bubble with its hands cut out, and a dot apart from it', () => {
    const plain = drawLogo(32, INKS.light, null);
    expect([alphaAt(plain, 8, 15), alphaAt(plain, 16, 12), alphaAt(plain, 0, 0)]).toEqual([255, 0, 0]);
    expect([...plain.subarray((15 * 32 + 8) * 4, (15 * 32 + 8) * 4 + 3)]).toEqual([0xca, 0x4c, 0x3b]);
    const marked = drawLogo(32, INKS.light, INKS.dotLight);
    expect([...marked.subarray((6 * 32 + 25) * 4, (6 * 32 + 25) * 4 + 4)]).toEqual([0x2b, 0x38, 0xd9, 255]);
    expect(alphaAt(marked, 18, 6)).toBe(0);
    expect(alphaAt(plain, 18, 6)).toBe(255);
  });
});
