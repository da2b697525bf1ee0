/**
 * A disk in memory with the promises of a real one and no more: what was not synced may be lost from any byte on when
 * the power goes, a renamed file is only there for good when its folder was synced, and it fills up in mid-write.
 */
import type { Disk, DiskFile } from '../../electron/outbox/disk.ts';
import type { Random } from './random.ts';

interface Inode {
  bytes: Buffer[];
  size: number;
  syncedSize: number;
}

export interface MemoryDisk extends Disk {
  /** Bytes it still takes; Infinity = never full. */
  freeBytes: number;
  /** Called before each sync; its promise delays the sync. */
  beforeSync: () => Promise<void>;
  afterSync: () => void;
  /** The power goes: any unsynced tail may be lost, torn in mid-line. Returns whether anything was. */
  loseUnsynced(random: Random): boolean;
  /** Everything as it is now, to be restored or copied later. */
  snapshot(): Map<string, Buffer>;
  restore(snapshot: ReadonlyMap<string, Buffer>): void;
}

export function createMemoryDisk(): MemoryDisk {
  let files = new Map<string, Inode>();
  /** Names as they are on the disk for good. */
  let syncedFiles = new Map<string, Inode>();

  function textOf(inode: Inode): Buffer {
    if (inode.bytes.length > 1) inode.bytes = [Buffer.concat(inode.bytes)];
    return inode.bytes[0] ?? Buffer.alloc(0);
  }

  function append(inode: Inode, bytes: Buffer): void {
    const room = Math.min(bytes.length, disk.freeBytes);
    if (room > 0) {
      inode.bytes.push(bytes.subarray(0, room));
      inode.size += room;
      disk.freeBytes -= room;
    }
    if (room < bytes.length) throw failure('ENOSPC');
  }

  function truncate(inode: Inode, size: number): void {
    disk.freeBytes += Math.max(0, inode.size - size);
    inode.bytes = [Buffer.from(textOf(inode).subarray(0, size))];
    inode.size = size;
    inode.syncedSize = Math.min(inode.syncedSize, size);
  }

  function fileOf(inode: Inode): DiskFile {
    const sync = async (): Promise<void> => {
      const sizeBefore = inode.size;
      await disk.beforeSync();
      inode.syncedSize = Math.max(inode.syncedSize, Math.min(sizeBefore, inode.size));
      disk.afterSync();
    };
    return {
      appendFile: async (bytes) => append(inode, Buffer.from(bytes)),
      writeFile: async (text) => append(inode, Buffer.from(text, 'utf8')),
      datasync: sync,
      sync,
      truncate: async (size) => truncate(inode, size),
      stat: async () => ({ size: inode.size }),
      close: async () => undefined,
    };
  }

  const disk: MemoryDisk = {
    freeBytes: Number.POSITIVE_INFINITY,
    beforeSync: () => Promise.resolve(),
    afterSync: () => undefined,
    async open(path, flags) {
      if (flags === 'r') return folderFile();
      const known = files.get(path);
      if (known !== undefined && flags === 'a') return fileOf(known);
      const inode: Inode = { bytes: [], size: 0, syncedSize: 0 };
      files.set(path, inode);
      // A new name is taken as durable with its first sync: journalling file systems do that.
      if (known === undefined) syncedFiles.set(path, inode);
      return fileOf(inode);
    },
    async readFile(path) {
      const inode = files.get(path);
      if (inode === undefined) throw failure('ENOENT');
      return textOf(inode).toString('utf8');
    },
    async rename(from, to) {
      const inode = files.get(from);
      if (inode === undefined) throw failure('ENOENT');
      files.delete(from);
      files.set(to, inode);
    },
    loseUnsynced(random) {
      // A rename whose folder was not synced has happened or not.
      if (random.chance(0.5)) syncedFiles = new Map(files);
      files = new Map(syncedFiles);
      let isLost = false;
      for (const inode of new Set(files.values())) {
        if (inode.syncedSize >= inode.size) continue;
        const kept = random.between(inode.syncedSize, inode.size);
        if (kept < inode.size) isLost = true;
        truncate(inode, kept);
        inode.syncedSize = kept;
      }
      return isLost;
    },
    snapshot: () => new Map([...files].map(([path, inode]) => [path, Buffer.from(textOf(inode))])),
    restore(snapshot) {
      files = new Map(
        [...snapshot].map(([path, text]) => [
          path,
          { bytes: [Buffer.from(text)], size: text.length, syncedSize: text.length },
        ]),
      );
      syncedFiles = new Map(files);
    },
  };

  function folderFile(): DiskFile {
    const notHere = (): Promise<never> => Promise.reject(failure('EISDIR'));
    return {
      ...{ appendFile: notHere, writeFile: notHere, truncate: notHere, datasync: notHere },
      stat: async () => ({ size: 0 }),
      async sync() {
        syncedFiles = new Map(files);
      },
      close: async () => undefined,
    };
  }

  return disk;
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
