/**
 * The borders between folders are held by three machines, and each is shown to hold: a planted import, global or call
 * that breaks a border is caught by dependency-cruiser, by the linter or by the compiler.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const inModules = (...names: string[]) => path.join(root, 'node_modules', ...names);
const folders = ['shared', 'electron', 'renderer', 'sync-server', 'test'];
const lawful: Record<string, string> = {
  'shared/rule.ts': `import { z } from 'zod';\nexport const rule = z.string();\n`,
  'electron/device.ts': `import { app } from 'electron';\nimport { readFileSync } from 'node:fs';\nimport { rule } from '../shared/rule.ts';\nexport const device = [app, readFileSync, rule];\n`,
  'renderer/page.tsx': `import { useState } from 'react';\nimport { rule } from '../shared/rule.ts';\nexport const page = [useState, rule];\n`,
  'sync-server/route.ts': `import fastify from 'fastify';\nimport { rule } from '../shared/rule.ts';\nexport const route = [fastify, rule];\n`,
  'test/proof.ts': `import { route } from '../sync-server/route.ts';\nexport const proof = route;\n`,
};

interface Cruise {
  summary: { totalCruised: number; violations: { rule: { name: string }; from: string }[] };
}

function cruise(cwd: string): Cruise {
  const tool = inModules('dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [tool, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders],
    { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (stdout === '') throw new Error(`dependency-cruiser said nothing: ${stderr}`);
  return JSON.parse(stdout) as Cruise;
}

describe('dependency-cruiser', () => {
  let scratch: string;
  const plant = (files: Record<string, string>): void => {
    for (const [name, code] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(scratch, name)), { recursive: true });
      writeFileSync(path.join(scratch, name), code);
    }
  };

  beforeAll(() => {
    scratch = mkdtempSync(path.join(tmpdir(), 'chatclock-borders-'));
    for (const name of ['.dependency-cruiser.cjs', 'tsconfig.base.json', 'package.json']) {
      cpSync(path.join(root, name), path.join(scratch, name));
    }
    symlinkSync(path.join(root, 'node_modules'), path.join(scratch, 'node_modules'));
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test('sees the whole of our code', () => {
    expect(cruise(root).summary.totalCruised).toBeGreaterThan(50);
  });

  test('lets pass what the folders may import', () => {
    plant(lawful);
    expect(cruise(scratch).summary.violations).toEqual([]);
  });

  test('catches each planted import that breaks a border, types too', () => {
    const planted: Record<string, [rule: string, code: string]> = {
      'shared/bad-folder.ts': [
        'shared-reaches-our-folders',
        `import type { route } from '../sync-server/route.ts';\nexport type A = typeof route;\n`,
      ],
      'shared/bad-package.ts': ['shared-reaches-packages', `export { Observable } from 'rxjs';\n`],
      'shared/bad-node.ts': ['shared-reaches-node', `export { readFileSync } from 'node:fs';\n`],
      'electron/bad-folder.ts': [
        'electron-reaches-our-folders',
        `export { page } from '../renderer/page.tsx';\n`,
      ],
      'electron/bad-package.ts': ['electron-reaches-packages', `export { useState } from 'react';\n`],
      'renderer/bad-folder.ts': [
        'renderer-reaches-our-folders',
        `export { device } from '../electron/device.ts';\n`,
      ],
      'renderer/bad-package.ts': ['renderer-reaches-packages', `export { ipcRenderer } from 'electron';\n`],
      'renderer/bad-node.ts': ['renderer-reaches-node', `export { readFileSync } from 'node:fs';\n`],
      'sync-server/bad-folder.ts': [
        'sync-server-reaches-our-folders',
        `export { device } from '../electron/device.ts';\n`,
      ],
      'sync-server/bad-test.ts': ['nothing-imports-tests', `export { proof } from '../test/proof.ts';\n`],
      'sync-server/bad-package.ts': ['sync-server-reaches-packages', `export { useState } from 'react';\n`],
      'shared/bad-cycle.ts': [
        'no-cycles',
        `export { other } from './bad-other.ts';\nexport const one = 1;\n`,
      ],
      'electron/bad-missing.ts': ['imports-are-found', `export { x } from './is-not-there.ts';\n`],
    };
    plant(lawful);
    plant(Object.fromEntries(Object.entries(planted).map(([name, [, code]]) => [name, code])));
    plant({ 'shared/bad-other.ts': `export { one } from './bad-cycle.ts';\nexport const other = 2;\n` });
    const caught = cruise(scratch).summary.violations.map(({ from, rule }) => `${from} ${rule.name}`);
    const wanted = Object.entries(planted).map(([name, [rule]]) => `${name} ${rule}`);
    expect(wanted.filter((each) => !caught.includes(each))).toEqual([]);
  });
});

describe('the linter', () => {
  const eslint = new ESLint({ cwd: root });

  test.each([
    [
      'shared/planted.ts',
      `import { readFileSync } from 'node:fs';\nexport const x = readFileSync;`,
      '@typescript-eslint/no-restricted-imports',
    ],
    [
      'shared/planted.ts',
      `import { x } from '../renderer/api.ts';\nexport const y = x;`,
      '@typescript-eslint/no-restricted-imports',
    ],
    ['shared/planted.ts', 'export const x = Date.now();', 'no-restricted-properties'],
    ['shared/planted.ts', 'export const x = Math.random();', 'no-restricted-properties'],
    ['shared/planted.ts', 'export const x = new Date();', 'no-restricted-syntax'],
    ['shared/planted.ts', 'export const x = () => setTimeout(() => undefined, 1);', 'no-restricted-globals'],
    ['shared/planted.ts', 'export const x = performance.timeOrigin;', 'no-restricted-globals'],
    [
      'renderer/planted.ts',
      `import { ipcRenderer } from 'electron';\nexport const x = ipcRenderer;`,
      '@typescript-eslint/no-restricted-imports',
    ],
    [
      'renderer/planted.ts',
      `import fs from 'fs';\nexport const x = fs;`,
      '@typescript-eslint/no-restricted-imports',
    ],
    ['renderer/planted.ts', 'export const x = window.api;', 'no-restricted-syntax'],
    [
      'renderer/planted.ts',
      'export const x = (e: Element, h: string) => { e.innerHTML = h; };',
      'no-unsanitized/property',
    ],
    [
      'electron/planted.ts',
      `import { ipcMain } from 'electron';\nipcMain.handle('x', () => 1);`,
      'no-restricted-syntax',
    ],
    [
      'electron/planted.ts',
      `import { BrowserWindow } from 'electron';\nexport const x = new BrowserWindow();`,
      'no-restricted-syntax',
    ],
    [
      'electron/planted.ts',
      `import { shell } from 'electron';\nexport const x = (url: string) => shell.openExternal(url);`,
      'no-restricted-syntax',
    ],
    [
      'electron/windows.ts',
      `import { ipcMain } from 'electron';\nipcMain.handle('x', () => 1);`,
      'no-restricted-syntax',
    ],
    [
      'electron/preload.ts',
      `import { x } from '../shared/ipc.ts';\nexport const y = x;`,
      '@typescript-eslint/no-restricted-imports',
    ],
    [
      'sync-server/planted.ts',
      `import { x } from '../electron/x.ts';\nexport const y = x;`,
      '@typescript-eslint/no-restricted-imports',
    ],
  ])('catches in %s: %s', async (file, code, rule) => {
    const [result] = await eslint.lintText(`${code}\n`, { filePath: path.join(root, file) });
    expect(result?.messages.map(({ ruleId }) => ruleId)).toContain(rule);
  });

  test.each([
    [
      'electron/windows.ts',
      `import { BrowserWindow } from 'electron';\nexport const x = new BrowserWindow();`,
    ],
    ['electron/preload.ts', `import type { Bridge } from '../shared/ipc.ts';\nexport type B = Bridge;`],
    ['renderer/api.ts', 'export const x = window.api;'],
    ['sync-server/planted-clock.ts', 'export const x = Date.now();'],
  ])('lets %s pass, the one place for it: %s', async (file, code) => {
    const [result] = await eslint.lintText(`${code}\n`, { filePath: path.join(root, file) });
    expect(result?.messages).toEqual([]);
  });
});

describe('the linter that knows types', () => {
  test('catches a promise nobody waits for', () => {
    const scratch = mkdtempSync(path.join(tmpdir(), 'chatclock-promises-'));
    try {
      cpSync(path.join(root, '.oxlintrc.json'), path.join(scratch, '.oxlintrc.json'));
      cpSync(path.join(root, 'tsconfig.base.json'), path.join(scratch, 'tsconfig.json'));
      writeFileSync(
        path.join(scratch, 'planted.ts'),
        'declare function save(): Promise<void>;\nexport function close(): void {\n  save();\n}\n',
      );
      const oxlint = inModules('oxlint', 'bin', 'oxlint');
      const { status, stdout } = spawnSync(process.execPath, [oxlint, '--type-aware', 'planted.ts'], {
        cwd: scratch,
        encoding: 'utf8',
      });
      expect(stdout).toContain('no-floating-promises');
      expect(status).toBe(1);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
});

describe('the compiler', () => {
  test('knows neither windows nor processes in shared/', () => {
    const scratch = mkdtempSync(path.join(tmpdir(), 'chatclock-types-'));
    try {
      mkdirSync(path.join(scratch, 'shared'));
      cpSync(path.join(root, 'tsconfig.base.json'), path.join(scratch, 'tsconfig.base.json'));
      cpSync(path.join(root, 'shared', 'tsconfig.json'), path.join(scratch, 'shared', 'tsconfig.json'));
      const names = ['window', 'process', 'setTimeout', 'performance', 'fetch'];
      writeFileSync(
        path.join(scratch, 'shared', 'planted.ts'),
        names.map((name) => `export const ${name}Here = ${name};\n`).join(''),
      );
      let output = '';
      try {
        execFileSync(
          process.execPath,
          [inModules('typescript-7', 'bin', 'tsc'), '-p', 'shared', '--pretty', 'false'],
          { cwd: scratch, encoding: 'utf8' },
        );
      } catch (error) {
        output = (error as { stdout: string }).stdout;
      }
      for (const name of names) expect(output).toContain(`Cannot find name '${name}'`);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
});
