/**
 * RxDB as a process of its own would have it: its module state (open databases, the 13 open collections of the free
 * version, Dexie connections) is per window in the app, so each simulated device gets its own copy of the modules.
 */
import { createRequire } from 'node:module';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import type { createRxDatabase, RxStorage } from 'rxdb';

export interface FreshRxdb {
  create: typeof createRxDatabase;
  /** Dexie over this disk; open it again after a restart with the same disk. */
  storageOn(disk: IDBFactory): RxStorage<unknown, unknown>;
  addDevMode(): void;
}

export function createDisk(): IDBFactory {
  return new IDBFactory();
}

/** RxDB's notice about its paid storages, printed once per copy of the modules. */
const NOTICE = 'RxDB Open Core RxStorage';

function silenceNotice(): void {
  const { warn } = console;
  if ('isNoticeSilenced' in warn) return;
  const filtered = (...values: unknown[]) => {
    if (!String(values[0]).includes(NOTICE)) warn(...values);
  };
  console.warn = Object.assign(filtered, { isNoticeSilenced: true });
}

export function loadFreshRxdb(): FreshRxdb {
  silenceNotice();
  const require = createRequire(import.meta.url);
  for (const path of Object.keys(require.cache)) {
    if (/node_modules\/(rxdb|dexie)\//.test(path)) delete require.cache[path];
  }
  // dexie warns about a second copy of itself in one realm, which is just what is wanted here.
  Reflect.deleteProperty(globalThis, Symbol.for('Dexie'));
  const core = require('rxdb');
  const dexie = require('rxdb/plugins/storage-dexie');
  const devMode = require('rxdb/plugins/dev-mode');
  return {
    create: core.createRxDatabase,
    storageOn: (disk) => dexie.getRxStorageDexie({ indexedDB: disk, IDBKeyRange }),
    addDevMode() {
      devMode.disableWarnings();
      core.addRxPlugin(devMode.RxDBDevModePlugin);
    },
  };
}
