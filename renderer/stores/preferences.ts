/** What the person chose on this profile, as main keeps it. */
import { create } from 'zustand';
import { parsePreferences, type PreferenceChange, type Preferences } from '../../shared/preferences.ts';
import { api } from '../api.ts';

/** Defaults until main has answered. */
export const usePreferences = create<Preferences>(() => parsePreferences({}));

/** Asks once and listens until the returned function is called. */
export function followPreferences(onFailed: (error: unknown) => void): () => void {
  let isHeard = false;
  const stop = api.on('preferencesChanged', (preferences) => {
    isHeard = true;
    usePreferences.setState(preferences);
  });
  api
    .call('readPreferences', null)
    .then((preferences) => !isHeard && usePreferences.setState(preferences), onFailed);
  return stop;
}

/** Throws AppError; the screen follows when main has heard of it. */
export async function changePreferences(change: PreferenceChange): Promise<void> {
  await api.call('changePreferences', change);
}
