/** The frame of every card between transcript and composer, and what all of them are given. */
import type { ReactElement, ReactNode } from 'react';
import type { LiveChat, LiveClient } from '../../../shared/live.ts';
import type { Chat } from '../../../shared/rows.ts';
import { STATE_LOOKS, type StateName } from '../../words/chat-state.ts';
import { Shape } from '../icons.tsx';

export interface ChatCardsProps {
  chat: Chat;
  firstName: string;
  state: StateName;
  live: LiveChat | undefined;
  client: LiveClient | undefined;
  /** Puts a ready sentence into the composer; it is sent by Enter only. */
  onSentence(sentence: string): void;
  /** A card is done with: the keyboard goes back to the composer. */
  onDone(): void;
}

export function Card({
  state,
  name,
  title,
  aside,
  isLine = true,
  children,
}: {
  state: StateName;
  name: string;
  title: ReactNode;
  aside?: ReactNode;
  isLine?: boolean;
  children: ReactNode;
}): ReactElement {
  const { className, shape } = STATE_LOOKS[state];
  return (
    <section className={`offer ${isLine ? 'line' : ''} ${className}`} aria-label={name}>
      <div className="row between">
        <h2>
          <span className="row gap5">
            <Shape name={shape} />
            <span>{title}</span>
          </span>
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
