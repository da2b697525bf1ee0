/** Reads what a child process says first on stdout, within a time limit. */
import type { ChildProcess } from 'node:child_process';

export function readFirstLine(child: ChildProcess, limitMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(
      () => reject(new Error(`No line within ${limitMs} ms; so far: ${text}`)),
      limitMs,
    );
    child.once('exit', (code) => reject(new Error(`Ended with ${code} before its first line: ${text}`)));
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString('utf8');
      const end = text.indexOf('\n');
      if (end < 0) return;
      clearTimeout(timer);
      resolve(text.slice(0, end));
    });
  });
}
