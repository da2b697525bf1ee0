/** The only web preferences a window of ours may have; anything else stops its creation (SECURITY.md D3). */
import type { WebPreferences } from 'electron';
import { assert } from '../shared/errors.ts';

export function secureWebPreferences(preload: string): WebPreferences {
  return {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    spellcheck: false, // would download dictionaries
    backgroundThrottling: false, // the desk replicates while hidden
  };
}

/** Throws when a preference would open the window to the computer. */
export function assertSecureWebPreferences(preferences: WebPreferences): void {
  assert(
    preferences.contextIsolation === true && preferences.sandbox === true,
    'windows are isolated and sandboxed',
  );
  assert(preferences.webSecurity === true && preferences.webviewTag === false, 'web security stays on');
  for (const key of ['nodeIntegration', 'nodeIntegrationInWorker', 'nodeIntegrationInSubFrames'] as const) {
    assert(preferences[key] === false, `${key} stays off`);
  }
  assert(!preferences.enableBlinkFeatures && !preferences.experimentalFeatures, 'no experimental features');
}
