/** What the advisor hears: a short sound of our own for each kind of notice, made here, no files. */
import type { NoticeKind } from '../../shared/notices/notice.ts';
import { api } from '../api.ts';
import { SOUNDS } from '../words/sounds.ts';
import { usePreferences } from './preferences.ts';

let context: AudioContext | null = null;

/** Plays a sound at the volume of the settings; a computer that cannot play is silent. */
export async function playSound(kind: NoticeKind): Promise<void> {
  const { soundVolume } = usePreferences.getState();
  if (soundVolume === 0) return;
  try {
    context ??= new AudioContext();
    await context.resume();
    let startS = context.currentTime;
    for (const { hz, ms, gapMs } of SOUNDS[kind]) {
      startS += gapMs / 1000;
      playTone(context, hz, startS, ms / 1000, soundVolume);
      startS += ms / 1000;
    }
    // An open device costs power: it is let go when the last tone has died away.
    const now = context;
    setTimeout(() => void now.suspend().catch(() => undefined), (startS - now.currentTime) * 1000 + 500);
  } catch {
    context = null; // No sound device: the notice, the badge and the rows say the same.
  }
}

/** A soft beginning and a long end: no click, nothing that startles. */
function playTone(on: AudioContext, hz: number, startS: number, lengthS: number, volume: number): void {
  const tone = on.createOscillator();
  const gain = on.createGain();
  tone.type = 'sine';
  tone.frequency.value = hz;
  gain.gain.setValueAtTime(0.0001, startS);
  gain.gain.exponentialRampToValueAtTime(0.25 * volume, startS + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, startS + lengthS);
  tone.connect(gain).connect(on.destination);
  tone.start(startS);
  tone.stop(startS + lengthS + 0.02);
}

/** Plays what main wants heard until the returned function is called. */
export function followSounds(): () => void {
  return api.on('soundWanted', ({ kind }) => void playSound(kind));
}
