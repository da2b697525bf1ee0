/** The desk's pages: tabs side by side; in a narrow window the current one, which opens a menu of all. */
import { useEffect, useRef, type KeyboardEvent, type ReactElement } from 'react';
import { setDesk, useDesk, type DeskPage } from '../../stores/desk.ts';
import { useLive } from '../../stores/live.ts';
import { useOutside } from '../../stores/outside.ts';
import { useReceipts } from '../../stores/receipts.ts';
import { Icon } from '../icons.tsx';

interface PageTab {
  page: DeskPage;
  name: string;
  /** 0 = nothing to see. */
  count: number;
  /** What the number means, for those who only hear it. */
  counted: string;
}

function usePages(isSupervising: boolean): PageTab[] {
  const waiting = useLive((state) => (state.live?.outbox.waiting ?? 0) + (state.live?.outbox.refused ?? 0));
  const unseen = useReceipts(({ receipts }) => receipts.filter((one) => !one.isSeen).length);
  const standing = useOutside(({ timers }) => timers.length);
  const outbox: PageTab = { page: 'outbox', name: 'Outbox', count: waiting, counted: 'not sent' };
  if (isSupervising)
    return [
      { page: 'desk', name: 'Advisors', count: 0, counted: '' },
      { page: 'timeline', name: 'Timeline', count: 0, counted: '' },
      outbox,
    ];
  return [
    { page: 'desk', name: 'Desk', count: 0, counted: '' },
    { page: 'outside', name: 'Outside', count: standing, counted: 'to enter' },
    outbox,
    { page: 'receipts', name: 'Receipts', count: unseen, counted: 'new' },
  ];
}

export function PageTabs({ isSupervising }: { isSupervising: boolean }): ReactElement {
  const pages = usePages(isSupervising);
  const current = useDesk((state) => state.page);
  const settings: PageTab = { page: 'settings', name: 'Settings', count: 0, counted: '' };
  const history: PageTab = { page: 'history', name: 'History', count: 0, counted: '' };
  const shown =
    pages.find(({ page }) => page === current) ??
    (current === 'settings' ? settings : current === 'history' ? history : pages[0]!);
  return (
    <>
      <nav className="tabs wide-only" aria-label="Pages">
        {pages.map((tab) => (
          <button
            key={tab.page}
            type="button"
            className={tab.page === current ? 'on' : ''}
            aria-current={tab.page === current ? 'page' : undefined}
            onClick={() => setDesk({ page: tab.page })}
          >
            <TabName tab={tab} />
          </button>
        ))}
      </nav>
      <nav className="narrow-only page-menu" aria-label="Pages">
        <PageMenu pages={pages} current={shown} />
      </nav>
    </>
  );
}

function TabName({ tab: { name, count, counted } }: { tab: PageTab }): ReactElement {
  return (
    <>
      {name}
      {count > 0 && (
        <span className="num">
          {count}
          <span className="hidden"> {counted}</span>
        </span>
      )}
    </>
  );
}

function PageMenu({ pages, current }: { pages: PageTab[]; current: PageTab }): ReactElement {
  const isOpen = useDesk((state) => state.overlay === 'pages');
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const elsewhere = pages.reduce((sum, { page, count }) => sum + (page === current.page ? 0 : count), 0);
  useEffect(() => {
    if (!isOpen) return;
    const opener = button.current;
    menu.current?.querySelector<HTMLElement>('[aria-checked="true"]')?.focus();
    const onPointer = (event: MouseEvent) => {
      if (!menu.current?.contains(event.target as Node) && !opener?.contains(event.target as Node))
        setDesk({ overlay: 'none' });
    };
    window.addEventListener('mousedown', onPointer);
    return () => {
      window.removeEventListener('mousedown', onPointer);
      opener?.focus();
    };
  }, [isOpen]);

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="menuitemradio"]')];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const next = {
      ArrowDown: at + 1,
      ArrowUp: at - 1 + items.length,
      Home: 0,
      End: items.length - 1,
    }[event.key];
    if (event.key === 'Tab') setDesk({ overlay: 'none' });
    if (next === undefined) return;
    event.preventDefault();
    items[next % items.length]?.focus();
  }

  return (
    <>
      <div className="tabs">
        <button
          ref={button}
          type="button"
          className="on"
          aria-haspopup="menu"
          aria-expanded={isOpen}
          data-testid="desk-pages"
          onClick={() => setDesk({ overlay: isOpen ? 'none' : 'pages' })}
        >
          <TabName tab={current} />
          {elsewhere > 0 && (
            <span className="num" title="On other pages">
              +{elsewhere}
            </span>
          )}
          <Icon name="down" />
        </button>
      </div>
      {isOpen && (
        <div className="menu popover pages" role="menu" aria-label="Pages" ref={menu} onKeyDown={onKeyDown}>
          {pages.map((tab) => (
            <button
              key={tab.page}
              type="button"
              role="menuitemradio"
              aria-checked={tab.page === current.page}
              tabIndex={-1}
              className="mi"
              onClick={() => setDesk({ page: tab.page, overlay: 'none' })}
            >
              {tab.page === current.page ? <Icon name="check" /> : <span />}
              <span className="row gap5">
                <TabName tab={tab} />
              </span>
            </button>
          ))}
        </div>
      )}
    </>
  );
}
