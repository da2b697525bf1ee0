/** A dialog of the page: the focus stays inside and goes back where it was; Esc closes. */
import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { setDesk } from '../../stores/desk.ts';
import { Keys } from '../parts.tsx';

export function closeOverlay(): void {
  setDesk({ overlay: 'none' });
}

export function Dialog({
  title,
  children,
  isRead = false,
  actions,
}: {
  title: string;
  children: ReactNode;
  /** Only to read: nothing inside takes the focus, so the text itself does, to be scrolled by keys. */
  isRead?: boolean;
  /** Beside *Close* at the end of the foot. */
  actions?: ReactNode;
}): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => {
      // What opened it may be gone by now, e.g. a row that was entered: the focus goes to the page then.
      const isThere = before !== null && before.isConnected && before !== document.body;
      const page = document.querySelector<HTMLElement>('main [tabindex="0"], main button');
      (isThere ? before : page)?.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className="over-native"
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        closeOverlay();
      }}
      onMouseDown={(event) => event.target === event.currentTarget && closeOverlay()}
    >
      <div className="dialog">
        <header>
          <h2>{title}</h2>
        </header>
        <div className="body" {...(isRead && { tabIndex: 0, role: 'region', 'aria-label': title })}>
          {children}
        </div>
        <footer>
          <span className="grow" />
          <button type="button" className="btn" onClick={closeOverlay}>
            Close <Keys keys={['Esc']} />
          </button>
          {actions}
        </footer>
      </div>
    </dialog>
  );
}
