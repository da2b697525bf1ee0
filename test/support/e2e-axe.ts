/** What axe, a person who zooms and a person without a mouse find wrong with a page, as lines somebody can act on. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';

export type Look = 'light' | 'dark' | 'high contrast';
export const LOOKS: readonly Look[] = ['light', 'dark', 'high contrast'];

export async function showLook(page: Page, look: Look): Promise<void> {
  const theme = look === 'dark' ? 'dark' : 'light';
  // As a window does when it hears of a theme; the choice itself is not kept, which would cost a write each time.
  await page.evaluate((chosen) => {
    document.documentElement.dataset['theme'] = chosen;
  }, theme);
  await page.emulateMedia({
    colorScheme: theme,
    forcedColors: look === 'high contrast' ? 'active' : 'none',
    reducedMotion: 'reduce',
  });
  await page.waitForFunction(
    ([dark, forced]) =>
      matchMedia('(prefers-color-scheme: dark)').matches === dark &&
      matchMedia('(forced-colors: active)').matches === forced,
    [look === 'dark', look === 'high contrast'] as const,
  );
}

/** Names, roles and sizes are the same in every look: those are looked at once, colours in each. */
const RULES_OF_COLOUR = ['color-contrast', 'link-in-text-block'];

interface Violation {
  id: string;
  impact?: string | null | undefined;
  nodes: { html: string }[];
}

/** By the axe that looking at the light look has left in the page. */
function colourFindings(page: Page): Promise<{ violations: Violation[] }> {
  return page.evaluate((values) => {
    const { axe } = globalThis as unknown as {
      axe: { run(on: Document, options: object): Promise<{ violations: Violation[] }> };
    };
    return axe.run(document, { runOnly: { type: 'rule', values }, resultTypes: ['violations'] });
  }, RULES_OF_COLOUR);
}

/** Light comes first. */
export async function findings(page: Page, look: Look): Promise<string[]> {
  // Legacy mode: the other one opens a helper page, and our windows open nothing.
  const builder = new AxeBuilder({ page }).setLegacyMode(true);
  builder.options({ rules: { 'target-size': { enabled: true } } });
  const { violations } = look === 'light' ? await builder.analyze() : await colourFindings(page);
  return violations.flatMap((one) =>
    one.nodes.map((node) => `${look}: ${one.id} (${one.impact}): ${node.html.slice(0, 160)}`),
  );
}

/** What can be scrolled sideways, or makes the page wider than its window. */
export function wideThings(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.scrollingElement!;
    const wide = root.scrollWidth > root.clientWidth ? ['the page itself'] : [];
    for (const element of document.querySelectorAll('body *')) {
      const { overflowX } = getComputedStyle(element);
      if ((overflowX === 'auto' || overflowX === 'scroll') && element.scrollWidth > element.clientWidth + 1)
        wide.push(element.outerHTML.slice(0, 120));
    }
    return wide;
  });
}

/** What still moves although the system asks for reduced motion. */
export function movingThings(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((element) => {
        const { transitionDuration, animationDuration, animationName } = getComputedStyle(element);
        const lasting =
          animationName === 'none' ? transitionDuration : `${transitionDuration},${animationDuration}`;
        return lasting.split(',').some((one) => parseFloat(one) > 0.001);
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
}

/** Presses Tab `presses` times; says what had the focus without showing it. */
export async function hiddenFocus(page: Page, presses: number): Promise<string[]> {
  const hidden: string[] = [];
  for (let press = 0; press < presses; press += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(() => {
      const focused = document.activeElement;
      if (focused === null || focused === document.body) return null;
      // A field shows it on what is drawn around it.
      const shown = [focused, focused.closest('.input, .search, .compose, .menu')];
      const isShown = shown.some((element) => {
        if (element === null) return false;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
      });
      return isShown ? null : focused.outerHTML.slice(0, 120);
    });
    if (found !== null) hidden.push(found);
  }
  return hidden;
}
