/** One chat of the sheet: when it stopped for certain, what counting would cost, the choice, and what comes of it. */
import type { ReactElement } from 'react';
import type { AwayRow } from '../../../shared/ipc/away-commands.ts';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { costOf, costStateOf, costWordOf, creditsOf, stopOf } from '../../words/away.ts';
import { formatElapsed } from '../../words/format.ts';
import { Icon } from '../icons.tsx';
import { StateMark } from '../parts.tsx';
import type { Draft } from './draft.ts';

const CHOICES = [
  ['notCounted', 'Not counted'],
  ['askToCount', 'Ask to count'],
] as const;

export function AwaySheetRow({
  row,
  number,
  draft,
  onChange,
  onDecide,
}: {
  row: AwayRow;
  number: number | null;
  draft: Draft;
  onChange(change: Partial<Draft>): void;
  onDecide(): void;
}): ReactElement {
  const deskChat = useDeskChats((state) => state.chats?.find(({ chat }) => chat.id === row.chatId));
  const user = useDeskChats((state) => state.users.find((one) => one.id === row.userId));
  const name = user?.name ?? deskChat?.clientName ?? row.userId;
  const { number: chatNumber, topic } = deskChat?.chat ?? {};
  return (
    <tr data-testid="away-row" data-chat-id={row.chatId}>
      <td aria-hidden="true">{number !== null && <kbd>{number}</kbd>}</td>
      <td className="away-who">
        <div className="row gap5">
          <b className="b clip" title={name}>
            <bdi>{name}</bdi>
          </b>
          {chatNumber !== undefined ? (
            <span className="muted num">#{chatNumber}</span>
          ) : (
            topic !== undefined && <span className="muted clip">{topic}</span>
          )}
        </div>
        <div className="muted s12 num" title={stopOf(row)}>
          {stopOf(row)}
        </div>
      </td>
      <td>
        <StateMark state={costStateOf(row)}>{costWordOf(row)}</StateMark>
        <div className="muted s12 num">{costOf(row)}</div>
      </td>
      <td>
        <span className="seg" role="radiogroup" aria-label={`Your choice for ${name}`}>
          {CHOICES.map(([choice, word]) => (
            <label key={choice} className={draft.choice === choice ? 'on' : ''}>
              <input
                type="radio"
                className="hidden"
                name={`away-${row.id}`}
                value={choice}
                checked={draft.choice === choice}
                onChange={() => onChange({ choice })}
              />
              {word}
            </label>
          ))}
        </span>
      </td>
      <td className="n">
        {draft.choice === 'notCounted' ? (
          <>
            <b className="b">{formatElapsed(row.questionMs)}</b>
            <div className="muted s12">not counted</div>
          </>
        ) : (
          <>
            <label className="row gap5 away-minutes">
              <span className="hidden">Minutes to count for {name}</span>
              <span className="input soft">
                <input
                  inputMode="decimal"
                  value={draft.minutes}
                  placeholder={formatElapsed(row.questionMs)}
                  onChange={(event) => onChange({ minutes: event.target.value })}
                />
              </span>
              <span className="muted s12">min</span>
            </label>
            <div className="muted s12">
              {row.cost === null || draft.minutes !== '' ? 'asked' : creditsOf(row.cost.units)}, not charged
            </div>
          </>
        )}
      </td>
      <td>
        <button
          type="button"
          className="btn ghost icon s"
          title="Decide only this one"
          aria-label={`Decide only ${name}`}
          onClick={onDecide}
        >
          <Icon name="check" />
        </button>
      </td>
    </tr>
  );
}
