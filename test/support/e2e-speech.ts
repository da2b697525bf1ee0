/** What a window says: sentences in its polite region, sounds. */
import type { Page } from 'playwright';

interface Recorder {
  spoken: string[];
  sounds: number;
}

/** From now on. */
export function recordSpeech(page: Page): Promise<void> {
  return page.getByTestId('announcer').evaluate((region) => {
    const told: Recorder = { spoken: [], sounds: 0 };
    Object.assign(globalThis, { told });
    new MutationObserver(() => told.spoken.push(region.textContent ?? '')).observe(region, {
      ...{ childList: true, characterData: true, subtree: true },
    });
    const { resume } = AudioContext.prototype;
    AudioContext.prototype.resume = function count() {
      told.sounds += 1;
      return resume.call(this);
    };
  });
}

const toldOn = (page: Page): Promise<Recorder> =>
  page.evaluate(() => (globalThis as unknown as { told: Recorder }).told);

/** Every text the region had, in order. */
export const spokenOn = async (page: Page): Promise<string[]> => (await toldOn(page)).spoken;
/** Sounds that were begun. */
export const soundsOn = async (page: Page): Promise<number> => (await toldOn(page)).sounds;
