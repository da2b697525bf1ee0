/** A server's export as text, and what the `settle` command makes of such a text. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import type { Settlement } from '../../shared/fold/settlement.ts';
import { settle } from '../../sync-server/settle.ts';
import { SERVER, type CoreScene } from './core-scene.ts';

export async function exportText(scene: CoreScene, hasTexts = false): Promise<string> {
  let text = '';
  for await (const lines of await scene.core.exportFacts(SERVER, { hasTexts })) text += lines;
  return text;
}

/** What `settle` prints for the file, and what it left out; it must settle. */
export async function settled(text: string): Promise<{ settlement: Settlement; stderr: string }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-settled-'));
  try {
    const file = path.join(folder, 'facts.jsonl');
    writeFileSync(file, text);
    const { stdout, stderr, exitStatus } = await settle([file]);
    expect(exitStatus, stderr).toBe(0);
    return { settlement: JSON.parse(stdout) as Settlement, stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
