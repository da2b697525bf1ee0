/** Three pretend countdowns on the welcome window: decoration, so readers skip it. */
import type { ReactElement } from 'react';
import type { StateName } from '../../words/chat-state.ts';
import { STATE_LOOKS } from '../../words/chat-state.ts';
import { Bar, StateMark } from '../parts.tsx';

const CARDS: {
  name: string;
  time: string;
  state: StateName;
  meta: string;
  percent: number;
  chats?: string;
}[] = [
  {
    name: 'Mara Lindt',
    time: '01:12',
    state: 'free',
    meta: 'then 38.40 cr ≈ 09:36',
    percent: 24,
    chats: '2 chats',
  },
  { name: 'Pia Moreau', time: '00:58', state: 'low', meta: '1.93 cr at 2.00 cr/min', percent: 6 },
  { name: 'Jonas Pohl', time: '15:42', state: 'paid', meta: '31.40 cr, ends 12:57', percent: 63 },
];

export function Demo(): ReactElement {
  return (
    <div className="demo" aria-hidden="true">
      {CARDS.map(({ name, time, state, meta, percent, chats }) => (
        <div key={name} className={`card ${STATE_LOOKS[state].className}`}>
          <div className="row between">
            <b className="b">{name}</b>
            {chats !== undefined && <span className="chip">{chats}</span>}
          </div>
          <div className="row">
            <span className={`countdown md ${state === 'low' ? 'st' : ''}`}>{time}</span>
            <div>
              <StateMark state={state} />
              <div className="muted s12 num">{meta}</div>
            </div>
          </div>
          <Bar percent={percent} className={STATE_LOOKS[state].className} />
        </div>
      ))}
    </div>
  );
}
