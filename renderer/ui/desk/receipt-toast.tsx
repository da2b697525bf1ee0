/** A new receipt, in the corner until it is read or put away; it takes no focus. */
import type { ReactElement } from 'react';
import { setDesk, useDesk } from '../../stores/desk.ts';
import { putToastAway, useReceipts } from '../../stores/receipts.ts';
import { differenceOf, reasonOf, RECEIPT_TITLES } from '../../words/receipts.ts';
import { Icon, Shape } from '../icons.tsx';

export function ReceiptToast(): ReactElement {
  const receipt = useReceipts(({ receipts, toastId }) => receipts.find((one) => one.id === toastId));
  const unseen = useReceipts(({ receipts }) => receipts.filter((one) => !one.isSeen).length);
  const isOnPage = useDesk((state) => state.page === 'receipts');
  return (
    <div className="toast-place" role="status" aria-live="polite">
      {receipt !== undefined && !isOnPage && (
        <div className="toast" data-testid="receipt-toast">
          <div className="row between">
            <h2 className="row gap5">
              <span className="state st-ok">
                <Shape name="ok" />
              </span>
              <span>
                {RECEIPT_TITLES[receipt.kind]}: <bdi>{receipt.clientName ?? 'a chat'}</bdi>
              </span>
            </h2>
            <button type="button" className="btn ghost icon s" aria-label="Close" onClick={putToastAway}>
              <Icon name="close" />
            </button>
          </div>
          {receipt.kind !== 'resumed' && (
            <p className="num m" dir="auto">
              {differenceOf(receipt)}
            </p>
          )}
          <p className="muted s12" dir="auto">
            {reasonOf(receipt)}
          </p>
          <div className="row">
            <button type="button" className="btn s" onClick={() => setDesk({ page: 'receipts' })}>
              {unseen > 1 ? `All ${unseen} new receipts` : 'All receipts'}
            </button>
          </div>
        </div>
      )}
    </div>
  );
}
