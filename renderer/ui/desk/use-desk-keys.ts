/** The desk's keys. Plain letters only where nobody is writing. */
import { useEffect } from 'react';
import { useAway } from '../../stores/away.ts';
import { setDesk, useDesk } from '../../stores/desk.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { openOutsideForm } from '../outside/outside-actions.ts';
import { undoNewestEnd } from './end-strip.tsx';
import { goToNextThatNeedsMe, printRead, select, togglePause } from './actions.ts';

/** What F6 goes round: search, list, panel. */
const REGIONS = ['[data-search]', '.list [tabindex="0"]', '.panel button:not(.back)', '.tabs button'];

function focusNextRegion(step: 1 | -1): void {
  // A narrow window hides some of them.
  const regions = REGIONS.flatMap((selector) =>
    [...document.querySelectorAll<HTMLElement>(selector)].filter((one) => one.checkVisibility()).slice(0, 1),
  );
  const focused = document.activeElement;
  const at = regions.findIndex((region) => {
    const area = region.closest('.search, .list, .panel, .tabs');
    return area !== null && area.contains(focused);
  });
  regions[(at + step + regions.length) % Math.max(1, regions.length)]?.focus();
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}

/** Esc: what lies on top goes first, then the client's page of a narrow window, then any page but the desk. */
function goBack(): void {
  const { overlay, isPanelPage, selectedChatId } = useDesk.getState();
  if (overlay !== 'none') return setDesk({ overlay: 'none' });
  if (!isPanelPage) return setDesk({ page: 'desk' });
  setDesk({ isPanelPage: false });
  if (selectedChatId !== null) select(selectedChatId);
}

function onControlKey(key: string, isShifted: boolean): boolean {
  if (isShifted && key === 'p' && useDesk.getState().page === 'history') {
    printRead();
    return true;
  }
  // On many keyboards the slash needs Shift.
  if (isShifted && key !== '/') return false;
  if (key === 'k') setDesk({ overlay: 'palette' });
  else if (key === 'p') togglePause();
  else if (key === 'j') goToNextThatNeedsMe();
  else if (key === ',') setDesk({ page: 'settings' });
  else if (key === '/') setDesk({ overlay: 'keys' });
  else if (key === 'z' && !isWriting(document.activeElement)) return undoNewestEnd();
  else return false;
  return true;
}

function onPlainKey(event: KeyboardEvent): boolean {
  if (event.key === 'F6') focusNextRegion(event.shiftKey ? -1 : 1);
  else if (event.key === 'Escape') goBack();
  else if (isWriting(event.target) || !usePreferences.getState().singleKeys) return false;
  else if (event.key === '/') setDesk({ overlay: 'palette' });
  else if (event.key === '?') setDesk({ overlay: 'keys' });
  else if (event.key.toLowerCase() === 'o') openOutsideForm();
  else if (event.key.toLowerCase() === 'n') setDesk({ overlay: 'newChat' });
  else if (event.key.toLowerCase() === 'd' && useAway.getState().rows.length > 0)
    setDesk({ overlay: 'away' });
  else return false;
  return true;
}

export function useDeskKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.altKey || event.defaultPrevented) return;
      const { overlay } = useDesk.getState();
      if (overlay !== 'none' && event.key !== 'Escape') return;
      const isDone =
        event.ctrlKey || event.metaKey
          ? !event.repeat && onControlKey(event.key.toLowerCase(), event.shiftKey)
          : onPlainKey(event);
      if (isDone) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
