/*
 * Does what Electron's own default app does: loads the app folder named on the command line. A module with
 * top-level await, because what is loaded later than that comes too late for protocol.registerSchemesAsPrivileged.
 */
import { app } from 'electron';
import { readFileSync, statSync } from 'node:fs';
import { Module } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [preloads, named] = readArguments(process.argv.slice(1));

if (preloads.length > 0) Module._preloadModules(preloads);
if (named === undefined) {
  process.stderr.write('Name the folder of an app: electron FOLDER\n');
  process.exit(1);
}
try {
  const folder = path.resolve(named);
  await loadApp(folder);
} catch (error) {
  process.stderr.write(`The app could not be loaded: ${error?.stack ?? error}\n`);
  process.exit(1);
}

/** `-r FILE` (Playwright passes one) and the first argument that is no switch. */
function readArguments(args) {
  const preloads = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (arg === '-r' || arg === '--require') preloads.push(args[(index += 1)]);
    else if (!arg.startsWith('-')) return [preloads, arg];
  }
  return [preloads, undefined];
}

async function loadApp(folder) {
  process.defaultApp = true;
  if (!statSync(folder).isDirectory()) {
    app.setAppPath(path.dirname(folder));
    await load(folder);
    return;
  }
  const description = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  if (description.version) app.setVersion(description.version);
  app.setName(description.productName ?? description.name ?? app.name);
  if (description.desktopName) app.setDesktopName(description.desktopName);
  app.setPath('userData', path.join(app.getPath('appData'), app.getName()));
  app.setAppPath(folder);
  await load(Module._resolveFilename(folder, null, true));
}

/** By import, which reads both kinds of module. */
async function load(file) {
  await import(pathToFileURL(file).href);
}
