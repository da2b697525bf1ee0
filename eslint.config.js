import { builtinModules } from 'node:module';
import noUnsanitized from 'eslint-plugin-no-unsanitized';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/*
 * The folder says where code may run (README, "Where things are"). The compiler and dependency-cruiser check the same
 * borders from other sides; here they show in the editor, with the reason.
 */
const ourFolders = ['shared', 'electron', 'renderer', 'sync-server', 'test', 'scripts'];

/** A restriction on imports of a folder: which of our folders, and which packages, it may not name. */
function importRestriction({ folders, packages, message, allowTypeImports = false }) {
  const others = ourFolders.filter((name) => !folders.includes(name)).join('|');
  return {
    patterns: [
      {
        regex: `^(\\.\\.?/)+(.*/)?(${others})/`,
        message: `A border: this folder may import ${folders.join(', ')} only.`,
      },
      ...(packages ? [{ regex: packages, message }] : []),
      ...(allowTypeImports
        ? [{ regex: '^\\.', message: 'preload.ts imports types only from our code.', allowTypeImports }]
        : []),
    ],
  };
}

const builtins = builtinModules.filter((name) => !name.startsWith('_')).join('|');
const nodeOrElectron = `^(node:|electron($|/)|(${builtins})($|/))`;

const ambientTime = [
  { object: 'Date', property: 'now', message: 'Time is handed in: take a clock.' },
  { object: 'performance', property: 'now', message: 'Time is handed in: take a clock.' },
];
const randomness = { object: 'Math', property: 'random', message: 'Randomness is handed in.' };
const currentDate = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Time is handed in: take a clock.',
  },
  { selector: "CallExpression[callee.name='Date']", message: 'Time is handed in: take a clock.' },
];
const impureGlobals = [
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'requestAnimationFrame',
  'fetch',
  'crypto',
  'process',
  'Buffer',
  'window',
  'document',
  'navigator',
  'localStorage',
  'indexedDB',
  'console',
].map((name) => ({ name, message: 'shared/ is pure: no clock, no I/O, no randomness, no process.' }));

/** Things that may happen in one file only, so that one look shows all of them. */
const onePlaceOnly = [
  {
    place: 'renderer/api.ts',
    selector: "MemberExpression[object.name=/^(window|globalThis)$/][property.name='api']",
    message: 'Only renderer/api.ts touches window.api.',
  },
  {
    place: 'electron/ipc.ts',
    selector:
      "CallExpression[callee.object.name='ipcMain'][callee.property.name=/^(handle|handleOnce|on|once)$/]",
    message: 'Only electron/ipc.ts listens to renderers.',
  },
  {
    place: 'electron/windows.ts',
    selector: "NewExpression[callee.name='BrowserWindow']",
    message: 'Only electron/windows.ts makes windows.',
  },
  {
    place: 'electron/open-external.ts',
    selector: "MemberExpression[object.name='shell'][property.name='openExternal']",
    message: 'Only electron/open-external.ts opens addresses outside.',
  },
];

const clockModules = ['**/*clock*.ts'];
const code = ['**/*.ts', '**/*.tsx'];

export default tseslint.config(
  {
    ignores: [
      'out/',
      '.cache/',
      '.profiles/',
      'coverage/',
      'test/bench/peer-rxdb-server/',
      'test/contract/borders-fixture/',
      '**/*.generated.ts',
    ],
  },
  {
    files: code,
    extends: [tseslint.configs.recommended],
    // Without types: what needs them, promises nobody waits for, oxlint checks ten times as fast (.oxlintrc.json).
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  {
    files: ['shared/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        importRestriction({
          folders: ['shared'],
          packages: '^(?!\\.|zod($|/))',
          message: 'shared/ may import zod only.',
        }),
      ],
      'no-restricted-globals': ['error', ...impureGlobals],
      'no-restricted-properties': ['error', ...ambientTime, randomness],
    },
  },
  {
    files: ['electron/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        importRestriction({
          folders: ['shared', 'electron'],
          packages: '^(react|react-dom|rxdb|zustand|fastify|kysely|libsql|pg)($|/)',
          message: 'electron/ may import electron, rxjs, zod and node only.',
        }),
      ],
      'no-restricted-properties': ['error', ...ambientTime],
    },
  },
  {
    files: ['electron/preload.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        importRestriction({
          folders: ['shared', 'electron'],
          packages: '^(?!\\.|electron$)',
          message: 'preload.ts may import electron only.',
          allowTypeImports: true,
        }),
      ],
    },
  },
  {
    files: ['renderer/**'],
    extends: [reactHooks.configs.flat['recommended-latest']],
    plugins: { 'no-unsanitized': noUnsanitized },
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        importRestriction({
          folders: ['shared', 'renderer'],
          packages: nodeOrElectron,
          message: 'renderer/ never reaches node or electron.',
        }),
      ],
      'no-restricted-properties': ['error', ...ambientTime],
      'no-unsanitized/method': 'error',
      'no-unsanitized/property': 'error',
    },
  },
  {
    files: ['sync-server/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        importRestriction({
          folders: ['shared', 'sync-server'],
          packages: '^(electron|react|react-dom|rxdb|zustand)($|/)',
          message: 'sync-server/ runs without a window.',
        }),
      ],
      'no-restricted-properties': ['error', ...ambientTime],
    },
  },
  { files: clockModules, ignores: ['shared/**'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['shared/**', 'electron/**', 'renderer/**', 'sync-server/**'],
    rules: { 'no-restricted-syntax': ['error', ...currentDate, ...restrictionsFor()] },
  },
  ...onePlaceOnly.map(({ place }) => ({
    files: [place],
    rules: { 'no-restricted-syntax': ['error', ...currentDate, ...restrictionsFor(place)] },
  })),
);

/** The one-place rules that hold in a file: all but its own. A later rule replaces an earlier one, so all are listed. */
function restrictionsFor(file) {
  return onePlaceOnly
    .filter(({ place }) => place !== file)
    .map(({ selector, message }) => ({ selector, message }));
}
