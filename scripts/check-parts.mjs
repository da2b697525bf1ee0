/** The four checks that read code without running it: format, lint, borders, types. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { runCommand } from './setup/run-command.mjs';
import { cacheFolder, root } from './setup/step.mjs';

const inModules = (...names) => path.join(root, 'node_modules', ...names);
const codeFolders = ['shared', 'electron', 'renderer', 'sync-server', 'test'];
const limitMs = 300_000;

const checks = {
  format: {
    commands: () => [
      [
        inModules('prettier', 'bin', 'prettier.cjs'),
        '--check',
        '--log-level',
        'warn',
        '--cache',
        '--cache-location',
        path.join(cacheFolder, 'prettier'),
        '.',
      ],
    ],
    next: 'run: npm run format',
  },
  lint: {
    commands: () => [
      [
        inModules('eslint', 'bin', 'eslint.js'),
        '--max-warnings',
        '0',
        '--cache',
        '--cache-location',
        path.join(cacheFolder, 'eslint'),
        '.',
      ],
      // The rules that need types, by the TypeScript 7 inside oxlint-tsgolint; options in .oxlintrc.json.
      [inModules('oxlint', 'bin', 'oxlint'), '--type-aware', ...codeFolders],
    ],
    next: 'correct what is named above; a border says why it is there in eslint.config.js',
  },
  borders: {
    commands: () => [
      [
        inModules('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
        '--config',
        '.dependency-cruiser.cjs',
        '--output-type',
        'err-long',
        ...codeFolders,
      ],
    ],
    isPassed: (output) => Number(/(\d+) modules/.exec(output)?.[1] ?? 0) > 50,
    next: 'move the import or the file; the folders and what they may import are in the README',
  },
  types: {
    // TypeScript 7 checks ten times as fast as 6, which stays for the tools that cannot read 7 yet.
    commands: () =>
      codeFolders.map((folder) => [
        inModules('typescript-7', 'bin', 'tsc'),
        ...['-p', folder, '--pretty', 'false'],
      ]),
    next: 'correct the types named above',
  },
};

export const checkNames = Object.keys(checks);

/**
 * Runs the named checks, as many commands at a time as there are cores, and prints each check's output when it is done.
 * Returns `{ name, isPassed }` for each.
 */
export async function runChecks(names, print) {
  const tasks = names.flatMap((name) => checks[name].commands().map((args) => ({ name, args })));
  const results = new Map(names.map((name) => [name, []]));
  const verdicts = [];
  const startedAt = performance.now();
  const work = async () => {
    for (let task = tasks.shift(); task; task = tasks.shift()) {
      const outcome = await runCommand(process.execPath, task.args, { cwd: root, limitMs });
      const done = results.get(task.name);
      done.push(outcome);
      if (done.length === checks[task.name].commands().length) verdicts.push(report(task.name, done));
    }
  };
  const report = (name, outcomes) => {
    const output = outcomes.map((outcome) => outcome.output).join('');
    const isPassed = outcomes.every(({ code }) => code === 0) && (checks[name].isPassed?.(output) ?? true);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    if (isPassed) print(`  ok    ${name}  (after ${seconds} s)`);
    else
      print(
        `${output.trimEnd()}\n  FAIL  ${name}  (after ${seconds} s): ${explain(outcomes)}${checks[name].next}`,
      );
    return { name, isPassed };
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
  return verdicts;
}

function explain(outcomes) {
  if (outcomes.some(({ code }) => code === 124))
    return `it took longer than ${limitMs / 1000} s and was stopped; `;
  if (outcomes.every(({ code }) => code === 0)) return 'it saw hardly any file, so its word means nothing; ';
  return '';
}
