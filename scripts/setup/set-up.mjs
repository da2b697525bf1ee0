import { installModules } from './modules.mjs';
import { prepareEnvironment } from './environment.mjs';
import { prepareSystem } from './system.mjs';
import { provideElectron } from './electron.mjs';
import { step } from './step.mjs';

/**
 * Everything that must be there before the app or its tests can run, in the order in which a missing right shows
 * soonest. Returns Chromium's flags; sets the variables that name Electron.
 */
export async function setUp({ isForTests = false, needsElectron = true } = {}) {
  if (needsElectron) await step('system', prepareSystem);
  await step('modules', installModules);
  if (needsElectron) await step('electron', provideElectron);
  return step('environment', () => prepareEnvironment({ isForTests }));
}
