/** Writes a table of the server into a file as it comes: shows how far it is, can be cancelled, leaves no half file. */
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { AppError } from '../../shared/errors.ts';
import type { AskedTable, TableProgress } from '../../shared/ipc/table-commands.ts';
import { errorOf, requestHeaders } from '../session/server-client.ts';

/** The windows hear of progress at most this often, ms. */
const TELL_EVERY_MS = 250;
const LINE_END = 10;

export interface TableExportDeps {
  serverUrl(): string;
  accessToken(stale?: string): Promise<string>;
  /** Where files for people are written. */
  folder: string;
  wallMs(): number;
  onProgress(progress: TableProgress): void;
}

export type TableExport = ReturnType<typeof createTableExport>;

export function createTableExport(deps: TableExportDeps) {
  let running: AbortController | null = null;

  async function open(asked: AskedTable, signal: AbortSignal, stale?: string): Promise<Response> {
    const token = await deps.accessToken(stale);
    const query = new URLSearchParams({ from: asked.from, until: asked.until });
    const response = await fetch(`${deps.serverUrl()}/v1/reports/${asked.table}.csv?${query.toString()}`, {
      headers: requestHeaders(token, false),
      redirect: 'error',
      signal,
    });
    if (response.ok) return response;
    const text = await response.text();
    if (response.status === 401 && stale === undefined) return open(asked, signal, token);
    throw errorOf(response.status, parsed(text));
  }

  return {
    /**
     * Resolves when the file is whole. Throws AppError: notReady while another export runs, cancelled, serverUnreachable
     * also when the answer broke off (nothing of it is kept), or the server's own code; and what the disk throws.
     */
    async start(asked: AskedTable): Promise<{ file: string; lines: number }> {
      if (running !== null) throw new AppError('notReady');
      const abort = new AbortController();
      running = abort;
      const at = new Date(deps.wallMs()).toISOString().replaceAll(':', '-');
      const file = path.join(deps.folder, `${asked.table}-${asked.from}-${asked.until}-${at}.csv`);
      const part = `${file}.part`;
      let lines = -1; // The heading is none.
      try {
        await mkdir(deps.folder, { recursive: true, mode: 0o700 });
        const response = await open(asked, abort.signal);
        let toldAtMs = 0;
        const counting = new Transform({
          transform(chunk: Buffer, _encoding, done) {
            for (const byte of chunk) if (byte === LINE_END) lines += 1;
            const nowMs = deps.wallMs();
            if (Math.abs(nowMs - toldAtMs) >= TELL_EVERY_MS) {
              toldAtMs = nowMs;
              deps.onProgress({ table: asked.table, lines: Math.max(0, lines) });
            }
            done(null, chunk);
          },
        });
        const body =
          response.body === null ? Readable.from([]) : Readable.fromWeb(response.body as ReadableStream);
        await pipeline(body, counting, createWriteStream(part, { mode: 0o600 }), { signal: abort.signal });
        await rename(part, file);
        return { file, lines };
      } catch (cause) {
        await rm(part, { force: true });
        if (abort.signal.aborted) throw new AppError('cancelled', {}, { cause });
        if (cause instanceof AppError || isOfDisk(cause)) throw cause;
        throw new AppError('serverUnreachable', {}, { cause });
      } finally {
        running = null;
      }
    },
    /** Of what does not run it cancels nothing. */
    cancel(): void {
      running?.abort();
    },
  };
}

function isOfDisk(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && ['ENOSPC', 'EACCES', 'EROFS', 'EPERM', 'EDQUOT', 'EIO'].includes(code);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
