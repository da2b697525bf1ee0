/** What can be done with sessions held outside; a failure is shown as the desk's problem. */
import { api } from '../../api.ts';
import { setDesk } from '../../stores/desk.ts';
import { NO_DRAFT, useOutside, type OutsideDraft } from '../../stores/outside.ts';
import { codeOfError } from '../../words/errors.ts';
import type { OutsideTimer } from '../../../shared/outside.ts';

async function attempt(work: () => Promise<unknown>): Promise<void> {
  try {
    setDesk({ problem: null });
    await work();
  } catch (error) {
    setDesk({ problem: codeOfError(error) });
  }
}

/** Opens the form: empty, for a client, or for a timer that stands. */
export function openOutsideForm(draft: Partial<OutsideDraft> = {}): void {
  useOutside.setState({ draft: { ...NO_DRAFT, ...draft } });
  setDesk({ overlay: 'outside' });
}

/** Stops the timer and opens the form with what it measured. */
export function enterTimer(timer: OutsideTimer): Promise<void> {
  return attempt(async () => {
    if (timer.phase === 'running') await api.call('stopOutsideTimer', { id: timer.id });
    const { timers } = await api.call('readOutside', null);
    const stopped = timers.find(({ id }) => id === timer.id) ?? timer;
    const { id: timerId, userId, topic, startedAtMs: startMs, elapsedMs } = stopped;
    openOutsideForm({ timerId, userId, topic, startMs, elapsedMs });
  });
}

export function discardTimer(id: string): Promise<void> {
  return attempt(() => api.call('discardOutsideTimer', { id }));
}

export function undoOutside(id: string): Promise<void> {
  return attempt(() => api.call('undoOutside', { id }));
}

export function withdraw(segmentId: string, chatId: string): Promise<void> {
  return attempt(() => api.call('withdrawManualTime', { segmentId, chatId }));
}
