import { describe, expect, it } from 'vitest';
import { grownBounds, isDragged, miniBounds } from '../../electron/dock/mini-place.ts';
import { dockBarOf, dockRowsOf } from '../../shared/dock/urgency.ts';
import type { LiveSnapshot } from '../../shared/live.ts';

const SCREEN = { x: 0, y: 0, width: 1600, height: 1000 };

describe('Where the mini timer stands', () => {
  it('is where it was, and first in the upper end corner', () => {
    expect(miniBounds({ x: 40, y: 60 }, SCREEN, 1)).toEqual({ x: 40, y: 60, width: 320, height: 40 });
    expect(miniBounds(undefined, SCREEN, 1)).toEqual({ x: 1264, y: 16, width: 320, height: 40 });
    expect(miniBounds(undefined, SCREEN, 1.5)).toEqual({ x: 1104, y: 16, width: 480, height: 60 });
  });

  it('comes back on a screen when its monitor is gone', () => {
    expect(miniBounds({ x: 3000, y: -500 }, SCREEN, 1)).toEqual({ x: 1280, y: 0, width: 320, height: 40 });
    const left = { x: -1280, y: 0, width: 1280, height: 800 };
    expect(miniBounds({ x: 3000, y: 20 }, left, 1).x).toBe(-320);
  });

  it('grows upwards at the lower edge', () => {
    const small = miniBounds({ x: 40, y: 960 }, SCREEN, 1);
    expect(grownBounds(small, SCREEN, 1)).toEqual({ x: 40, y: 780, width: 320, height: 220 });
  });

  it('shrinks to where it stood unless it was dragged meanwhile', () => {
    const grown = { x: 40, y: 780, width: 320, height: 220 };
    expect(isDragged(grown, { ...grown })).toBe(false);
    expect(isDragged(grown, { ...grown, y: 300 })).toBe(true);
  });
});

type Told = [id: string, timer: string, kind: string, countdownMs: number];

function snapshotOf(told: Told[]): LiveSnapshot {
  return {
    chats: told.map(([chatId, timer]) => ({ chatId, userId: `of ${chatId}`, timer, runningElsewhere: null })),
    clients: told.map(([id, , kind, countdownMs]) => ({ userId: `of ${id}`, kind, countdownMs })),
  } as unknown as LiveSnapshot;
}

function idsOf(told: Told[]): { list: string[]; bar: string[] } {
  const chats = told.map(([chatId]) => ({ chatId, clientName: chatId }));
  const rows = dockRowsOf(chats, snapshotOf(told));
  return { list: rows.map(({ chatId }) => chatId), bar: dockBarOf(rows).map(({ chatId }) => chatId) };
}

describe('The chats of the mini timer', () => {
  it('are exhausted, low, running by what is left, paused; the bar has the two that run out next', () => {
    const { list, bar } = idsOf([
      ['Paused', 'paused', 'paid', 1000],
      ['Jonas', 'running', 'paid', 942_000],
      ['Mara', 'running', 'free', 72_000],
      ['Ana', 'exhausted', 'exhausted', 0],
      ['Pia', 'running', 'low', 90_000],
    ]);
    expect(list).toEqual(['Ana', 'Pia', 'Mara', 'Jonas', 'Paused']);
    expect(bar).toEqual(['Pia', 'Mara']);
  });

  it('name in the bar what has stopped only where nothing runs', () => {
    expect(
      idsOf([
        ['Ana', 'exhausted', 'exhausted', 0],
        ['Mara', 'running', 'free', 72_000],
      ]).bar,
    ).toEqual(['Mara', 'Ana']);
  });

  it('put a chat without a price last of those that run, and leave out what has ended', () => {
    const { list } = idsOf([
      ['Free of charge', 'running', 'unpriced', 0],
      ['Gone', 'ended', 'paid', 5000],
      ['Jonas', 'running', 'paid', 942_000],
    ]);
    expect(list).toEqual(['Jonas', 'Free of charge']);
  });

  it('are listed before main has told their times', () => {
    expect(dockRowsOf([{ chatId: 'new', clientName: 'Eva' }], null)).toHaveLength(1);
  });
});
