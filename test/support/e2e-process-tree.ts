/** Processes as /proc shows them: a whole tree can be killed, its memory and processor time read. Linux only. */
import { readdirSync, readFileSync } from 'node:fs';

interface ProcessStat {
  pid: number;
  parent: number;
  /** utime + stime, clock ticks of 10 ms. */
  cpuTicks: number;
}

function readStat(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { pid, parent: Number(fields[1]), cpuTicks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined; // The process ended between listing and reading.
  }
}

/** `pid` and everything it started, directly or not, children first. */
export function processTree(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(Number(name));
    if (stat) children.set(stat.parent, [...(children.get(stat.parent) ?? []), stat.pid]);
  }
  const found: number[] = [];
  const visit = (one: number) => {
    for (const child of children.get(one) ?? []) visit(child);
    found.push(one);
  };
  visit(pid);
  return found;
}

export function isAlive(pid: number): boolean {
  try {
    const state = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return state.slice(state.lastIndexOf(')') + 2)[0] !== 'Z';
  } catch {
    return false;
  }
}

/** kill -9 of every process of the tree, main first so that nothing is saved or started again. */
export function killTree(pid: number): number[] {
  const tree = processTree(pid).reverse();
  for (const one of tree) {
    try {
      process.kill(one, 'SIGKILL');
    } catch {
      // Gone already: that is what was wanted.
    }
  }
  return tree;
}

/** Proportional set size of the whole tree, MiB: shared pages are counted once. */
export function treePssMb(pid: number): number {
  let kb = 0;
  for (const one of processTree(pid)) {
    try {
      kb += Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // Ended meanwhile: it uses nothing.
    }
  }
  return kb / 1024;
}

/** Processor time one process has used so far, ms. */
export function cpuMs(pid: number): number {
  return (readStat(pid)?.cpuTicks ?? 0) * 10;
}

/** Processor time of `pid` and everything it started and that still runs, ms. */
export function treeCpuMs(pid: number): number {
  return processTree(pid).reduce((sum, one) => sum + cpuMs(one), 0);
}
