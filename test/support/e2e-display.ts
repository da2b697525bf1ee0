/** A display for real windows: the one there is, or an Xvfb of our own that ends with us. */
import { spawn, type ChildProcess } from 'node:child_process';

export interface Display {
  name: string;
  stop(): void;
}

export async function openDisplay(): Promise<Display> {
  const given = process.env.DISPLAY;
  if (given !== undefined && given !== '') return { name: given, stop: () => undefined };
  const child: ChildProcess = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-noreset'],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    },
  );
  const name = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Xvfb did not name its display within 10 s')), 10_000);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
    child.stdio[3]!.once('data', (data: Buffer) => {
      clearTimeout(timer);
      resolve(`:${data.toString('utf8').trim()}`);
    });
  });
  process.once('exit', () => child.kill());
  return { name, stop: () => child.kill() };
}
