import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { settle } from '../../sync-server/settle.ts';
import { settleByOracle } from '../spec/oracle/oracle.ts';

vi.setConfig({ testTimeout: 60_000 });

const examples = new URL('../fixtures/settle-examples/', import.meta.url).pathname;
const names = readdirSync(examples)
  .filter((file) => file.endsWith('.jsonl'))
  .map((file) => file.slice(0, -'.jsonl'.length));
const folder = mkdtempSync(join(tmpdir(), 'settle-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string | Buffer): string {
  const file = join(folder, `${Math.abs(hash(content.toString()))}.jsonl`);
  writeFileSync(file, content);
  return file;
}

function hash(text: string): number {
  return [...text].reduce((sum, letter) => (Math.imul(sum, 31) + (letter.codePointAt(0) ?? 0)) | 0, 7);
}

describe('settle prints what every worked example expects', () => {
  it('there are 18 examples', () => expect(names).toHaveLength(18));

  it.each(names)('%s', async (name) => {
    const result = await settle(['--check', join(examples, `${name}.jsonl`)]);
    expect(result.stderr).toBe('');
    expect(result.exitStatus).toBe(0);
    expect(result.stdout.trimEnd()).toBe(
      readFileSync(join(examples, `${name}.expected.json`), 'utf8').trimEnd(),
    );
  });
});

describe('the oracle of the fold gives what every worked example expects that is short enough to step through', () => {
  // 15 takes 70 minutes of time, and the oracle looks at each of their milliseconds.
  it.each(names.filter((name) => !name.startsWith('15')))('%s', (name) => {
    const expected: unknown = JSON.parse(readFileSync(join(examples, `${name}.expected.json`), 'utf8'));
    expect(settleByOracle(readFileSync(join(examples, `${name}.jsonl`), 'utf8')).settlement).toEqual(
      expected,
    );
  });
});

describe('settle says what it left out', () => {
  it('reports each line with its number and code, settles the rest and exits with 1', async () => {
    const file = fileOf(
      [
        '{"type":"user","id":"u1"}',
        '',
        'not json',
        '{"type":"advisor","id":"u1"}',
        '{"type":"chat","id":"c1","userId":"u1","advisorId":"a9","openedAtMs":0}',
        '{"type":"stopMark","id":"m1","chatId":"c1","deviceId":"d1","atMs":0}',
      ].join('\r\n'),
    );
    const result = await settle([file]);
    expect(result.stderr.split('\n').map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      '3 unreadable',
      '4 idConflict',
      '5 unknownReference',
      '6 unknownReference',
      '',
    ]);
    expect(result.exitStatus).toBe(1);
    expect(JSON.parse(result.stdout)).toEqual({
      chats: [],
      pairs: [],
      users: [
        { userId: 'u1', creditedMinor: 0, goodwillUnits: 0, costUnits: 0, chargedMinor: 0, balanceUnits: 0 },
      ],
    });
  });

  it('a line that is not UTF-8 is unreadable, U+2028 ends no line, a byte order mark is no part of a line', async () => {
    const file = fileOf(
      Buffer.concat([
        Buffer.from('\uFEFF{"type":"user","id":"u\u2028"}\n{"type":"user","id":"'),
        Buffer.from([0xff]),
        Buffer.from('"}\n'),
      ]),
    );
    const result = await settle([file]);
    expect(result.stderr).toBe('2 unreadable not UTF-8\n');
    expect(JSON.parse(result.stdout).users[0].userId).toBe('u\u2028');
  });
});

describe('the command around it', () => {
  it('passes output, reports and exit status on', () => {
    const file = fileOf('{"type":"user","id":"u1"}\nnonsense\n');
    const cli = new URL('../../sync-server/settle-cli.ts', import.meta.url).pathname;
    const run = spawnSync(process.execPath, ['--import', 'tsx', cli, file], { encoding: 'utf8' });
    expect(run.stderr).toBe('2 unreadable not JSON\n');
    expect(run.status).toBe(1);
    expect(Object.keys(JSON.parse(run.stdout) as object)).toEqual(['chats', 'pairs', 'users']);
  });
});

describe('settle without a result exits with 2 and says why with a code', () => {
  it('a missing file', async () => {
    expect(await settle([join(folder, 'none.jsonl')])).toMatchObject({
      stdout: '',
      stderr: expect.stringMatching(/^fileNotFound /),
      exitStatus: 2,
    });
  });

  it('a folder instead of a file', async () => {
    expect(await settle([folder])).toMatchObject({
      stderr: expect.stringMatching(/^fileUnreadable /),
      exitStatus: 2,
    });
  });

  it.each([[[]], [['--check']], [['a', 'b']], [['--wrong', 'a']]])('bad usage %j', async (args) => {
    expect(await settle(args)).toMatchObject({ stderr: expect.stringMatching(/^badUsage /), exitStatus: 2 });
  });

  it('a figure beyond 2^53', async () => {
    const file = fileOf(
      '{"type":"user","id":"u1"}\n' +
        '{"type":"topUp","id":"t1","userId":"u1","amountMinor":9007199254740991,"atMs":0}\n' +
        '{"type":"topUp","id":"t2","userId":"u1","amountMinor":1,"atMs":0}\n',
    );
    expect(await settle([file])).toMatchObject({
      stdout: '',
      stderr: expect.stringMatching(/^unsafeInteger /),
      exitStatus: 2,
    });
  });
});
