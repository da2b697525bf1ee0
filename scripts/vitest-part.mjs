/** Runs one vitest project with its output shown, and counts its tests from vitest's own report. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './setup/step.mjs';

const killAfterMs = 10_000;

/** Whether a project's folder has a test at all. */
export function hasTests(project) {
  const folder = path.join(root, 'test', project);
  return (
    existsSync(folder) &&
    readdirSync(folder, { recursive: true }).some((file) => /\.test\.tsx?$/.test(String(file)))
  );
}

/**
 * Returns `{ passed, failed, skipped, note, isStopped }`. A file that cannot be loaded, a runner that crashes or is over its limit,
 * and a run without a test each count as a failure, with a note that says so.
 */
export async function runVitest(projects, { limitMs = 900_000, files = [] } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'chatclock-test-'));
  const reportFile = path.join(folder, 'report.json');
  try {
    const tool = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const args = [
      'run',
      ...projects.flatMap((name) => ['--project', name]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportFile}`,
      ...files,
    ];
    const ending = await runShown(process.execPath, [tool, ...args], limitMs);
    return count(reportFile, ending, limitMs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns `{ code, isOverLimit, isStopped }`. Shows output as it comes; over its limit the whole group of processes is ended, browsers and servers too. */
export function runShown(command, args, limitMs) {
  return new Promise((resolve) => {
    const isGroup = process.platform !== 'win32';
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: isGroup,
    });
    const end = (signal) => {
      try {
        if (isGroup) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // it has ended already
      }
    };
    let isOverLimit = false;
    const limit = setTimeout(() => {
      isOverLimit = true;
      stop('SIGTERM');
    }, limitMs);
    let isStopped = false;
    let kill;
    // Asked first: Playwright then ends its windows, which are not in the group.
    const stop = (signal) => {
      isStopped = !isOverLimit;
      end(signal);
      kill ??= setTimeout(() => end('SIGKILL'), killAfterMs);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    const finish = (code) => {
      clearTimeout(limit);
      clearTimeout(kill);
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      resolve({ code, isOverLimit, isStopped });
    };
    child.on('error', () => finish(127));
    child.on('close', (code) => finish(code ?? 1));
  });
}

function count(reportFile, { code, isOverLimit, isStopped }, limitMs) {
  const report = readReport(reportFile);
  const passed = report?.numPassedTests ?? 0;
  const unloaded = (report?.testResults ?? []).filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  let failed = (report?.numFailedTests ?? 0) + unloaded;
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  let note = unloaded > 0 ? `${unloaded} test file(s) failed outside a test; each counts as one` : undefined;
  if (failed === 0) {
    if (isStopped) note = 'stopped by you';
    else if (isOverLimit) note = `the runner took longer than ${limitMs / 1000} s and was stopped`;
    else if (!report) note = `the runner ended with ${code} and left no report`;
    else if (code !== 0)
      note = `the runner ended with ${code} although no test failed (an error outside the tests?)`;
    else if (passed === 0) note = 'not one test ran';
    if (note) failed = 1;
  }
  return { passed, failed, skipped, note, isStopped };
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
