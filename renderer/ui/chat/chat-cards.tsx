/** What needs a decision or a word right now, between transcript and composer; at most one card at a time. */
import type { ReactElement } from 'react';
import { useStartQuestion } from '../../stores/start-effect.ts';
import type { ChatCardsProps } from './card.tsx';
import { LowCard, StoppedCard, UnconfirmedCard, UnfundedCard } from './funds-cards.tsx';
import { ElsewhereCard, ResumeCard, StartCard } from './start-cards.tsx';

export function ChatCards(props: ChatCardsProps): ReactElement | null {
  const { live, client, state } = props;
  const isAsking = useStartQuestion(({ chatId }) => chatId === props.chat.id);
  if (live === undefined || client === undefined) return null;
  if (live.runningElsewhere !== null && live.timer !== 'running')
    return <ElsewhereCard {...props} elsewhere={live.runningElsewhere} />;
  if (isAsking && live.timer === 'idle') return <StartCard {...props} live={live} client={client} />;
  if (live.timer === 'exhausted' && live.mayResume === 'ask') return <ResumeCard {...props} />;
  if (state === 'out') return <StoppedCard {...props} live={live} client={client} />;
  if (live.timer === 'running' && live.funding === 'unfunded') return <UnfundedCard />;
  if (state === 'low') return <LowCard {...props} client={client} />;
  if (state === 'unconf' && live.unconfirmedMs > 0) return <UnconfirmedCard live={live} client={client} />;
  return null;
}
