/** F6 goes round the regions of a chat's window, Shift F6 the other way (UX.md, "Keyboard map"). */
import { useEffect } from 'react';

const REGIONS = ['.log', '.compose textarea', '.acts button'];

export function useChatPanes(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'F6' || event.defaultPrevented) return;
      event.preventDefault();
      const regions = REGIONS.map((one) => document.querySelector<HTMLElement>(one)).filter(
        (one) => one !== null,
      );
      const at = regions.findIndex((one) =>
        one.closest('.log, .compose, .acts')?.contains(document.activeElement),
      );
      const step = event.shiftKey ? -1 : 1;
      regions[(at + step + regions.length) % Math.max(1, regions.length)]?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
