/** The keys that help most, below the lists. */
import type { ReactElement } from 'react';
import { setDesk } from '../../stores/desk.ts';
import { Keys } from '../parts.tsx';

const HINTS: [string[], string][] = [
  [['↑', '↓'], 'Move'],
  [['Enter'], 'Open'],
  [['Ctrl', 'P'], 'Pause'],
  [['Ctrl', 'J'], 'Next that needs you'],
];

export function Hints(): ReactElement {
  return (
    <footer className="hints">
      {HINTS.map(([keys, name]) => (
        <span key={name}>
          <Keys keys={keys} /> {name}
        </span>
      ))}
      <span className="grow" />
      <button type="button" className="btn ghost s" onClick={() => setDesk({ overlay: 'keys' })}>
        <Keys keys={['?']} /> All keys
      </button>
    </footer>
  );
}
