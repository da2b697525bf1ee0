/** How the server's books stand: the ledger's sums, and who went below zero against the bound. */
import { useEffect, useState, type ReactElement } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import { UNITS_PER_MINOR } from '../../../shared/fold/billing.ts';
import type { LedgerState } from '../../../shared/supervision.ts';
import { readBooks, worstOverdrafts, type Books } from '../../records/books.ts';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { codeOfError, sentenceOf } from '../../words/errors.ts';
import { formatCredits, formatTimeOfDay, formatUnits } from '../../words/format.ts';
import { Shape } from '../icons.tsx';

const READ_EVERY_MS = 15_000;
const SHOWN_MAX = 5;

/** Reads at once, then every 15 s; what was read last stays while the server is out of reach. */
function useBooks(): { books: Books | null; code: ErrorCode | null } {
  const [books, setBooks] = useState<Books | null>(null);
  const [code, setCode] = useState<ErrorCode | null>(null);
  useEffect(() => {
    let isGone = false;
    const read = () =>
      readBooks((input, init) => fetch(input, init)).then(
        (next) => {
          if (isGone) return;
          setBooks(next);
          setCode(null);
        },
        (error: unknown) => !isGone && setCode(codeOfError(error)),
      );
    void read();
    const timer = setInterval(() => void read(), READ_EVERY_MS);
    return () => {
      isGone = true;
      clearInterval(timer);
    };
  }, []);
  return { books, code };
}

export function BooksCard(): ReactElement | null {
  const { books, code } = useBooks();
  const users = useDeskChats((state) => state.users);
  if (books === null)
    return code === null ? null : <p className="muted s12">The books: {sentenceOf(code)}</p>;
  const worst = worstOverdrafts(books.overdrafts);
  return (
    <section className="card books" aria-label="The books">
      <LedgerLine ledger={books.ledger} />
      {worst.length === 0 ? (
        <p className="muted s12">No client has gone below zero since the server started.</p>
      ) : (
        <table className="tbl">
          <caption className="hidden">Clients who went below zero</caption>
          <thead>
            <tr>
              <th scope="col">Below zero</th>
              <th scope="col" className="n">
                Now
              </th>
              <th scope="col" className="n">
                Worst
              </th>
              <th scope="col" className="n">
                Promised at most
              </th>
            </tr>
          </thead>
          <tbody>
            {worst.slice(0, SHOWN_MAX).map((one) => (
              <tr key={one.userId}>
                <td>
                  <bdi>{users.find((user) => user.id === one.userId)?.name ?? one.userId}</bdi>
                </td>
                <td className="n num">{formatUnits(one.balanceUnits)}</td>
                <td className="n num">{formatCredits(Math.ceil(one.worstUnits / UNITS_PER_MINOR))}</td>
                <td className="n num">
                  {formatCredits(Math.floor(one.worstBoundUnits / UNITS_PER_MINOR))}
                  {!one.isWithinBound && <b className="st-out st"> exceeded</b>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function LedgerLine({ ledger }: { ledger: LedgerState }): ReactElement {
  const { lastViolation } = ledger;
  const isSound = ledger.creditSumUnits === 0 && ledger.freeTimeSumMs === 0;
  if (lastViolation === undefined && isSound) {
    return (
      <p className="row gap5">
        <span className="state st-ok">
          <Shape name="ok" />
        </span>
        <span>
          The ledger adds up: <span className="num">{ledger.entries}</span> entries, every sum is zero.
        </span>
      </p>
    );
  }
  return (
    <p className="row gap5 st-out st" role="alert">
      <Shape name="out" />
      <span>
        The ledger did not add up
        {lastViolation !== undefined && ` at ${formatTimeOfDay(lastViolation.atMs)}`}: the change was refused
        and nothing wrong was posted ({ledger.violations}{' '}
        {ledger.violations === 1 ? 'refused change' : 'refused changes'}). Tell whoever runs the server.
      </span>
    </p>
  );
}
