import { expect, it } from 'vitest';
import { tell } from './story.ts';

/** The business rules as stories; how to read one is told in story.ts. */
const stories: Record<string, string> = {
  'two chats of a pair side by side share one pool of free time': `
    free time 10m      price 200/min
    09:00 A opens
    09:02 B opens
    09:08 A pauses     # A used 8
    09:09 B closes     # B used 7
    => free 10m, paid 5m, charge 1000
    => A free 6m, paid 2m, charge 400
    => B free 4m, paid 3m, charge 600`,

  'two devices on one chat are charged once': `
    price 200/min
    09:00 A opens on laptop
    09:03 A opens on phone
    09:05 A goes silent on laptop
    09:07 A goes silent on phone
    => tracked 7m, paid 7m, charge 1400`,

  'a pause on one device stops the chat on every device, but not what starts later': `
    price 200/min
    09:00 A opens on laptop
    09:01 A opens on phone
    09:05 A pauses on laptop
    09:06 A opens on laptop
    09:07 A goes silent on laptop
    09:10 A goes silent on phone      # it did not know of the pause; the mark cut it at 09:05
    => tracked 6m, charge 1200`,

  'the last free milliseconds are shared evenly, the remainder by chat id': `
    free time 10ms     price 60000/min
    09:00 C opens
    09:00 A opens
    09:00 B opens
    09:01 A pauses
    09:01 B pauses
    09:01 C pauses
    => A free 4ms, paid 59s996ms
    => B free 3ms, paid 59s997ms
    => C free 3ms, paid 59s997ms`,

  'free time granted in mid-chat is used from its instant on, not before': `
    price 200/min
    09:00 A opens
    09:05 free time 3m
    09:10 A closes
    => free 3m, paid 7m, left 0, charge 1400`,

  "a new price holds from its instant on, and the price of a chat outranks its advisor's": `
    price 200/min
    09:00 A opens
    09:01 price of A 100/min
    09:02 price 600/min
    09:03 A closes
    => paid 3m, charge 400`,

  'without a price nothing is charged': `
    09:00 A opens
    09:10 A closes
    => paid 10m, charge 0`,

  'a started minute is rounded up once per chat, at the price of its last paid moment': `
    billing step 1m    price 200/min
    09:00 A opens
    09:01:30 A pauses
    09:02 price 400/min
    09:03 A opens
    09:03:20 A closes
    => paid 1m50s, billed 2m
    => charge 500                       # 90 s at 200, 20 s and the missing 10 s at 400`,

  'a billing step introduced after the chat opened leaves the chat as it is': `
    price 200/min
    09:00 A opens
    09:00:10 billing step 1m
    09:00:30 A closes
    => billed 30s, charge 100`,

  'idle minutes are taken back by the device that was idle': `
    price 200/min
    09:00 A opens
    09:10 A goes silent
    09:10 A was idle since 09:06
    => tracked 6m, charge 1200`,

  'time added by hand counts only when a supervisor admits it': `
    price 200/min
    09:00 A opens
    09:01 A pauses
    10:00 A adds 10m by hand from 09:30
    10:05 supervisor admits A
    => tracked 11m, charge 2200`,

  "time added by hand does not count on the advisor's word alone": `
    price 200/min
    09:00 A opens
    09:01 A pauses
    10:00 A adds 10m by hand from 09:30
    => tracked 1m, charge 200`,

  'the latest ruling wins and lifts an earlier trim': `
    price 200/min
    09:00 A opens
    09:10 A goes silent
    09:10 A was idle since 09:01
    09:20 supervisor voids A
    09:30 supervisor trims A to 7m
    => tracked 7m, charge 1400`,

  'what starts after the end of its chat waits for a ruling': `
    price 200/min
    09:00 A opens
    09:03 A closes
    09:05 A opens
    09:07 A goes silent
    => tracked 3m, charge 600`,

  'a supervisor may admit what started after the end of its chat': `
    price 200/min
    09:00 A opens
    09:03 A closes
    09:05 A opens
    09:07 A goes silent
    09:30 supervisor admits A
    => tracked 5m, charge 1000`,

  'delivered time is never thrown away: beyond the credit it becomes a debt': `
    price 200/min      credit 500
    09:00 A opens
    09:04 A closes
    => paid 4m, charge 800, balance -300`,

  'a running chat counts as far as it has grown': `
    free time 2m       price 200/min
    09:00 A opens
    09:03 price 200/min
    => tracked 3m, free 2m, paid 1m, charge 200`,
};

it.each(Object.entries(stories))('%s', (_, story) => {
  const { promised, settled } = tell(story);
  expect(promised.length).toBeGreaterThan(0);
  expect(settled).toEqual(promised);
});

it('a story that nobody understands fails instead of passing by silence', () => {
  expect(() => tell('09:00 A dances')).toThrow('nobody understands');
});
