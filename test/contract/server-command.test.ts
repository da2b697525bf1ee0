/** `npm run server`, `seed` and `replay` as a person runs them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverProcessMessageSchema, type ServerProcessMessage } from '../../shared/server-process.ts';
import { createMemberClient } from '../../sync-server/member-client.ts';
import { startTestServer } from '../support/test-server.ts';
import { argumentsFor } from '../support/typescript-process.ts';

const ROOT = resolve(import.meta.dirname, '../..');
let home: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'chatclock-command-'));
});
afterAll(async () => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
  await rm(home, { recursive: true, force: true });
});

interface Command {
  child: ChildProcess;
  out(): string;
  err(): string;
  ended: Promise<number | null>;
  /** Resolves when the output matches. */
  says(pattern: RegExp): Promise<RegExpMatchArray>;
}

function run(file: string, ...args: string[]): Command {
  const { DATABASE_URL: _ignored, ...env } = process.env;
  const child = spawn(process.execPath, [...argumentsFor(`sync-server/${file}`), ...args], {
    cwd: ROOT,
    env,
  });
  children.push(child);
  let out = '';
  let err = '';
  const listeners = new Set<() => void>();
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    for (const listener of listeners) listener();
  });
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<number | null>((done) => child.on('close', (code) => done(code)));
  return {
    child,
    out: () => out,
    err: () => err,
    ended,
    says: (pattern) =>
      new Promise((found, lost) => {
        const look = (): void => {
          const match = out.match(pattern);
          if (match !== null) found(match);
        };
        listeners.add(look);
        look();
        void ended.then(() => lost(new Error(`ended without saying ${pattern}: ${out}${err}`)));
      }),
  };
}

describe.concurrent('npm run server', () => {
  it('prints address, data folder and a set-up code that works; on SIGTERM it ends with 0', async () => {
    const server = run('main.ts', '--data', join(home, 'fresh'), '--port', '0');
    const [, code = ''] = await server.says(/set-up code for the first supervisor: (\S+)/);
    const [, url = ''] = await server.says(/(http:\/\/127\.0\.0\.1:\d+)/);
    expect(server.out()).toContain(join(home, 'fresh'));
    const client = createMemberClient({ url });
    expect(await client.hello()).toMatchObject({ organisationName: 'Chatclock', needsSetup: true });
    await client.setUp({ code, name: 'Ben', email: 'ben@x.y', password: 'long enough' });
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);

    const again = run('main.ts', '--data', join(home, 'fresh'), '--port', '0');
    await again.says(/API documentation/);
    expect(again.out()).not.toContain('set-up code');
    again.child.kill('SIGINT');
    expect(await again.ended).toBe(0);
  });

  it('ends with 1 and a sentence when its port is taken', async () => {
    const taken = createNetServer();
    const port = await new Promise<number>((done) =>
      taken.listen(0, '127.0.0.1', () => done((taken.address() as { port: number }).port)),
    );
    const server = run('main.ts', '--data', join(home, 'taken'), '--port', String(port));
    expect(await server.ended).toBe(1);
    expect(server.err()).toMatch(new RegExp(`^Port ${port} is used by another program.*\\(portTaken\\)\\n$`));
    taken.close();
  });

  it('ends with 1 and a sentence for an option it does not know', async () => {
    const server = run('main.ts', '--prot', '1');
    expect(await server.ended).toBe(1);
    expect(server.err()).toMatch(/--prot.*\(badUsage\)\n$/);
  });

  it('--practice makes the practice organisation and says how to sign in', async () => {
    const server = run('main.ts', '--practice', '--data', join(home, 'practice'), '--port', '0');
    const [, email = '', password = ''] = await server.says(/Practice advisor +(\S+) +(\S+)/);
    const [, url = ''] = await server.says(/(http:\/\/127\.0\.0\.1:\d+)/);
    const session = await createMemberClient({ url }).signIn({ email, password, deviceName: 'd' });
    expect(session).toMatchObject({ organisationName: 'Practice', member: { role: 'advisor' } });
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
  });
});

describe.concurrent('as the app’s own server (a utility process of Electron)', () => {
  /** Starts it, collects its messages, and can wait for one. */
  function fork(...args: string[]) {
    const preload = pathToFileURL(join(ROOT, 'test/support/parent-port.mjs')).href;
    const child = spawn(
      process.execPath,
      ['--import', preload, ...argumentsFor('sync-server/main.ts'), ...args],
      { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
    );
    children.push(child);
    const messages: ServerProcessMessage[] = [];
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const ended = new Promise<number | null>((done) => child.on('close', (code) => done(code)));
    const receives = (type: ServerProcessMessage['type']): Promise<ServerProcessMessage> =>
      new Promise((found) =>
        child.on('message', (message) => {
          const parsed = serverProcessMessageSchema.parse(message);
          messages.push(parsed);
          if (parsed.type === type) found(parsed);
        }),
      );
    return { child, messages, receives, ended, printed: () => printed };
  }

  it('says where it listens, then whom to sign in as; again after a restart; prints nothing; stops when told', async () => {
    const args = ['--practice', '--data', join(home, 'own'), '--port', '0'];
    const first = fork(...args);
    const ready = await first.receives('practiceReady');
    expect(first.messages.map((m) => m.type)).toEqual(['listening', 'practiceReady']);
    first.child.send({ type: 'stop' });
    expect([await first.ended, first.printed()]).toEqual([0, '']);

    const second = fork(...args);
    expect(await second.receives('practiceReady')).toEqual(ready);
    const listening = second.messages.find((m) => m.type === 'listening');
    expect(listening).toMatchObject({ organisationName: 'Practice', needsSetup: false });
    second.child.send({ type: 'stop' });
    expect(await second.ended).toBe(0);
  });

  it('says why it could not start', async () => {
    const taken = createNetServer();
    const port = await new Promise<number>((done) =>
      taken.listen(0, '127.0.0.1', () => done((taken.address() as { port: number }).port)),
    );
    const server = fork('--practice', '--data', join(home, 'own-taken'), '--port', String(port));
    expect(await server.receives('failed')).toEqual({ type: 'failed', code: 'portTaken', details: { port } });
    expect(await server.ended).toBe(1);
    taken.close();
  });
});

describe.concurrent('npm run export-facts', () => {
  it('writes a facts file beside a running server, which settle reads; without a server it says so', async () => {
    const t = await startTestServer();
    await t.platform.put('users', 'emma', { name: 'Emma' });
    await t.platform.put('top-ups', 'paid', { userId: 'emma', amountMinor: 700 });
    const file = join(home, 'facts.jsonl');
    const exporting = run('export-facts-cli.ts', '--data', t.dataDir, '--out', file);
    expect([await exporting.ended, exporting.out()]).toEqual([0, '']);
    expect(exporting.err()).toMatch(/2 of 2 rows/);
    const settling = run('settle-cli.ts', file);
    expect(await settling.ended).toBe(0);
    expect(JSON.parse(settling.out())).toMatchObject({ users: [{ userId: 'emma', creditedMinor: 700 }] });
    const printing = run('export-facts-cli.ts', '--data', t.dataDir, '--with-texts');
    expect(await printing.ended).toBe(0);
    expect(printing.out()).toContain('"name":"Emma"');
    // The server goes on: nobody took its database over.
    await t.platform.put('top-ups', 'more', { userId: 'emma', amountMinor: 1 });
    await t.stop();

    const missing = run('export-facts-cli.ts', '--data', join(home, 'nowhere'));
    expect([await missing.ended, missing.out()]).toEqual([1, '']);
    expect(missing.err()).toMatch(/There is no file .*nowhere.*\(fileNotFound\)\n$/);
  });
});

describe.concurrent('npm run seed', () => {
  it('fills a fresh server over HTTP, once', async () => {
    const t = await startTestServer();
    const args = ['--server', t.url, '--key-file', join(t.dataDir, 'platform-key')];
    const without = run('seed-cli.ts', ...args);
    expect(await without.ended).toBe(1);
    expect(without.err()).toMatch(/--setup-code.*\(badUsage\)/);
    const seed = run('seed-cli.ts', ...args, '--setup-code', t.server.setupCode ?? '');
    expect([await seed.ended, seed.err()]).toEqual([0, '']);
    expect(seed.out()).toContain('lea@practice.local');
    const { highSeq } = await t.server.core.status();
    const again = run('seed-cli.ts', ...args);
    expect([await again.ended, again.out()]).toEqual([0, seed.out()]);
    expect((await t.server.core.status()).highSeq).toBe(highSeq);
    await t.stop();
  });
});

describe.concurrent('npm run replay', () => {
  it('plays the readable lines, reports the others as LINE CODE text and ends with 1', async () => {
    const t = await startTestServer({ clock: { nowMs: () => Date.now() } });
    const file = join(home, 'talk.jsonl');
    const message = { at: '2011-05-29T10:00:00Z', from: 'user', text: 'Hello' };
    await writeFile(
      file,
      `${JSON.stringify({ chatId: 'a', userId: 'u', advisorId: 'v', messages: [message] })}\n{"chatId":\n`,
    );
    const replay = run(
      'replay-cli.ts',
      file,
      '--speed',
      '1000',
      '--server',
      t.url,
      '--key-file',
      join(t.dataDir, 'platform-key'),
    );
    expect(await replay.ended).toBe(1);
    expect(replay.err()).toMatch(/^2 unreadable not a conversation\n/);
    expect(replay.out()).toBe('Played 1 conversations with 1 messages.\n');
    await t.stop();
  });

  it('says what to do when there is no file, no key or no server', async () => {
    const missing = run('replay-cli.ts', join(home, 'none.jsonl'), '--key-file', 'k');
    const keyless = run('replay-cli.ts', join(ROOT, 'package.json'), '--server', 'http://127.0.0.1:1');
    expect([await missing.ended, await keyless.ended]).toEqual([1, 1]);
    expect(missing.err()).toMatch(/There is no file .*none\.jsonl.*\(fileNotFound\)/);
    expect(keyless.err()).toMatch(/--key-file.*\(badUsage\)/);
    const file = join(home, 'one.jsonl');
    await writeFile(
      file,
      JSON.stringify({
        chatId: 'a',
        userId: 'u',
        advisorId: 'v',
        messages: [{ at: '2011-05-29T10:00:00Z', from: 'user', text: 'x' }],
      }),
    );
    await writeFile(join(home, 'key'), 'ccp_x\n');
    const alone = run(
      'replay-cli.ts',
      file,
      '--server',
      'http://127.0.0.1:1',
      '--key-file',
      join(home, 'key'),
    );
    expect(await alone.ended).toBe(1);
    expect(alone.err()).toMatch(/does not answer.*nothing is created twice.*\(serverUnreachable\)/);
  });
});
