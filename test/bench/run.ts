/** `npm run bench -- NAME…`: figures as JSON lines on stdout; ends with 1 and says which aims were missed. */
import { machine, type BenchResult } from './figures.ts';

const BENCHES: Record<string, () => Promise<() => Promise<BenchResult>>> = {
  lookup: async () => (await import('./lookup.ts')).benchLookup,
  settle: async () => (await import('./settle.ts')).benchSettle,
  reconnect: async () => (await import('./reconnect.ts')).benchReconnect,
  search: async () => (await import('./search.ts')).benchSearch,
  sync: async () => (await import('./sync.ts')).benchSync,
  timers: async () => (await import('./timers.ts')).benchTimers,
  start: async () => (await import('./start.ts')).benchStart,
  desk: async () => (await import('./desk.ts')).benchDesk,
  windows: async () => (await import('./windows.ts')).benchWindows,
};

async function main(names: string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in BENCHES));
  if (names.length === 0 || unknown.length > 0) {
    process.stderr.write(`Usage: npm run bench -- NAME…   (${Object.keys(BENCHES).join(', ')})\n`);
    return 2;
  }
  const missed: string[] = [];
  for (const name of names) {
    const run = await BENCHES[name]!();
    const result = await run();
    for (const line of result.lines)
      process.stdout.write(`${JSON.stringify({ bench: name, ...line, ...machine() })}\n`);
    missed.push(...result.missedAims.map((aim) => `${name}: ${aim}`));
  }
  for (const aim of missed) process.stderr.write(`Aim missed: ${aim}\n`);
  if (missed.length === 0) process.stderr.write('All aims met.\n');
  return missed.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
