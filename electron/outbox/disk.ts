/** What the journal needs of a disk: a few calls of node's own, so that a simulated one can tear, fill up and forget. */
import { open, readFile, rename } from 'node:fs/promises';

export interface DiskFile {
  appendFile(bytes: Uint8Array): Promise<void>;
  writeFile(text: string): Promise<void>;
  /** What was written before is on the disk when it resolves; before that a crash may take any tail of it. */
  datasync(): Promise<void>;
  sync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  stat(): Promise<{ size: number }>;
  close(): Promise<void>;
}

/** Errors carry node's codes: ENOENT, ENOSPC, EDQUOT. */
export interface Disk {
  open(path: string, flags: 'a' | 'w' | 'r', mode?: number): Promise<DiskFile>;
  readFile(path: string, encoding: 'utf8'): Promise<string>;
  /** Replaces `to`; durable when the folder is synced. */
  rename(from: string, to: string): Promise<void>;
}

export const nodeDisk: Disk = { open, readFile, rename };
