/** What confirmation changed of what was shown, each in one sentence: searchable, by client, read or not. */
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import type { Receipt } from '../../../shared/receipts.ts';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { setDesk } from '../../stores/desk.ts';
import { markSeen, putToastAway, useReceipts } from '../../stores/receipts.ts';
import { codeOfError } from '../../words/errors.ts';
import { formatDay, formatTimeOfDay } from '../../words/format.ts';
import { differenceOf, findReceipts, reasonOf, RECEIPT_TITLES } from '../../words/receipts.ts';
import { Icon } from '../icons.tsx';
import { select } from './actions.ts';
import { DeskStrip } from './desk-strip.tsx';

/** Receipts drawn at first, and that *more* adds. */
const STEP = 50;

export function ReceiptsPage(): ReactElement {
  const receipts = useReceipts((state) => state.receipts);
  const chats = useDeskChats((state) => state.chats);
  const [query, setQuery] = useState('');
  const [userId, setUserId] = useState('');
  const [limit, setLimit] = useState(STEP);
  const nameOfChat = useMemo(() => {
    const names = new Map(
      (chats ?? []).map(({ chat }) => [
        chat.id,
        [chat.topic, chat.number === undefined ? '' : `#${chat.number}`].filter(Boolean).join(' '),
      ]),
    );
    return (chatId: string) => names.get(chatId) ?? '';
  }, [chats]);
  const clients = useMemo(() => clientsOf(receipts), [receipts]);
  const found = useMemo(
    () =>
      findReceipts(
        userId === '' ? receipts : receipts.filter((one) => one.userId === userId),
        query,
        nameOfChat,
      ),
    [receipts, userId, query, nameOfChat],
  );
  // New ones keep their mark while they are looked at; leaving the page takes it away.
  useEffect(() => {
    putToastAway();
    return () => {
      const unseen = useReceipts.getState().receipts.filter((one) => !one.isSeen);
      markSeen(unseen.map((one) => one.id)).catch((error: unknown) =>
        setDesk({ problem: codeOfError(error) }),
      );
    };
  }, []);
  return (
    <main className="desk-main" aria-label="Receipts">
      <DeskStrip />
      <div className="page receipts">
        <h1 className="h20">Receipts</h1>
        <p className="muted">
          When the server’s figures differ from what was shown here, the difference stands here with its
          reason.
        </p>
        {receipts.length > 0 && (
          <div className="row wrap" role="search">
            <div className="input grow">
              <Icon name="search" />
              <input
                type="search"
                aria-label="Search receipts"
                data-testid="receipts-search"
                placeholder="Client, chat, reason"
                autoFocus
                value={query}
                onChange={(event) => setQuery(event.target.value)}
              />
            </div>
            <select
              className="input"
              aria-label="Client"
              value={userId}
              onChange={(event) => setUserId(event.target.value)}
            >
              <option value="">All clients</option>
              {clients.map(([id, name]) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </div>
        )}
        <p className="hidden" role="status">
          {receipts.length > 0 && `${found.length} of ${receipts.length} receipts`}
        </p>
        {found.length === 0 ? (
          <p className="muted">
            {receipts.length === 0
              ? 'Nothing has differed so far.'
              : 'No receipt has these words. Try fewer of them.'}
          </p>
        ) : (
          <ul className="card plain-list">
            {found.slice(0, limit).map((receipt) => (
              <ReceiptItem key={receipt.id} receipt={receipt} chatName={nameOfChat(receipt.chatId)} />
            ))}
          </ul>
        )}
        {found.length > limit && (
          <button type="button" className="btn s" onClick={() => setLimit(limit + STEP)}>
            Show {Math.min(STEP, found.length - limit)} more of {found.length - limit}
          </button>
        )}
      </div>
      <span />
    </main>
  );
}

function ReceiptItem({ receipt, chatName }: { receipt: Receipt; chatName: string }): ReactElement {
  const isHere = useDeskChats(
    (state) => state.chats?.some(({ chat }) => chat.id === receipt.chatId) ?? false,
  );
  return (
    <li className="receipt" data-testid="receipt" data-kind={receipt.kind}>
      <div className="row between">
        <h2 className="row gap5 grow">
          {!receipt.isSeen && <span className="chip">New</span>}
          <span>{RECEIPT_TITLES[receipt.kind]}</span>
          <bdi className="clip">{receipt.clientName ?? receipt.userId}</bdi>
          <span className="muted s12 clip">{chatName}</span>
        </h2>
        <time className="muted s12 num">
          {formatDay(receipt.atMs)} {formatTimeOfDay(receipt.atMs)}
        </time>
      </div>
      {receipt.kind !== 'resumed' && (
        <p className="num m" dir="auto">
          {differenceOf(receipt)}
        </p>
      )}
      <div className="row between">
        <p className="muted grow" dir="auto">
          {reasonOf(receipt)}
        </p>
        {isHere && (
          <button type="button" className="btn s" onClick={() => select(receipt.chatId)}>
            Show chat
          </button>
        )}
      </div>
    </li>
  );
}

function clientsOf(receipts: readonly Receipt[]): [id: string, name: string][] {
  const names = new Map<string, string>();
  for (const { userId, clientName } of receipts)
    if (!names.has(userId) || clientName !== undefined) names.set(userId, clientName ?? userId);
  return [...names].sort(([, a], [, b]) => a.localeCompare(b));
}
