/**
 * What the person chose on this profile, shared by main and windows. A new choice is one field here, with its default;
 * an older file, or one with a field that cannot be read, keeps everything else.
 */
import { z } from 'zod';
import { IDLE_AFTER_MS, idleAfterSchema } from './away/away-stop.ts';
import { idSchema, msSchema } from './rows.ts';

export const themeSchema = z.enum(['system', 'light', 'dark']);

/** What a shortcut can do while another app has the keyboard. */
export const globalActionSchema = z.enum(['desk', 'nextChat', 'mini']);
export type GlobalAction = z.infer<typeof globalActionSchema>;

/** Steps of the zoom, as factors; the same for all windows and kept over restarts. */
export const ZOOM_STEPS = [0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2] as const;

/** Do not disturb without an end, as an instant. */
export const FOREVER_MS = Number.MAX_SAFE_INTEGER;
/** Muted chats that are remembered. */
export const MUTED_MAX = 200;

const fields = {
  theme: themeSchema.default('system'),
  /** Zoom of all windows, a factor. */
  zoom: z.number().min(0.5).max(3).default(1),
  /** A chat without a sign of life for so long stops, ms; 0 = never. */
  idleAfterMs: idleAfterSchema.default(IDLE_AFTER_MS),
  /** Single letters as keys; speech input and shaky hands want them off (WCAG 2.1.4). */
  singleKeys: z.boolean().default(true),
  /** Opens with the system's session. */
  startsWithSystem: z.boolean().default(false),
  /** The mini timer is on screen, and at the next start again. */
  isMiniShown: z.boolean().default(false),
  /** How solid the mini timer is, 1 = opaque. Not on Linux, where windows have none. */
  miniOpacity: z.number().min(0.4).max(1).default(1),
  /** The mini timer names no client, e.g. while a screen is shared. */
  miniHidesNames: z.boolean().default(false),
  /** What notices say: names and texts, neither (they also stand on a locked screen), or none at all. */
  notices: z.enum(['full', 'hidden', 'off']).default('hidden'),
  /** No notice and no sound before this instant of the wall clock, ms; FOREVER_MS = until it is switched off. */
  quietUntilMs: msSchema.default(0),
  /** Chats whose messages call nobody; the newest choice last. */
  mutedChatIds: z.array(idSchema).max(MUTED_MAX).default([]),
  /** How loud sounds are, 0 = off. */
  soundVolume: z.number().min(0).max(1).default(0.5),
  /** Chatclock stands in the system's tray or menu bar. */
  isTrayShown: z.boolean().default(true),
  /** Global shortcuts by action, as Electron's accelerators; none = off. */
  globalShortcuts: z.partialRecord(globalActionSchema, z.string().max(60)).default({}),
};

export const preferencesSchema = z.object(fields);
export type Preferences = z.infer<typeof preferencesSchema>;
export type PreferenceName = keyof Preferences;
export type PreferenceChange = Partial<Preferences>;

/** A change of some fields; the others stay. Unknown fields are refused, and no default is filled in. */
export const preferenceChangeSchema = z.strictObject(
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.unwrap().optional()])),
) as unknown as z.ZodType<PreferenceChange, PreferenceChange>;

/** Reads each field by itself: one that is missing or unreadable is at its default. Never throws. */
export function parsePreferences(raw: unknown): Preferences {
  const given = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  return preferencesSchema.parse(
    Object.fromEntries(
      Object.entries(fields).flatMap(([name, field]) => {
        const read = field.safeParse(given[name]);
        return read.success ? [[name, read.data]] : [];
      }),
    ),
  );
}

/** What an advisor chooses for themselves, not for everybody who works on the profile (issue 4: idle, per advisor). */
const MEMBER_CHOICES = ['idleAfterMs'] as const satisfies readonly PreferenceName[];
export type MemberChoices = Partial<Pick<Preferences, (typeof MEMBER_CHOICES)[number]>>;

/** The choices of a change, or of a file, that are a member's own; what cannot be read is left out. Never throws. */
export function memberChoicesOf(raw: unknown): MemberChoices {
  const given = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  return Object.fromEntries(
    MEMBER_CHOICES.flatMap((name) => {
      const read = fields[name].unwrap().safeParse(given[name]);
      return read.success ? [[name, read.data]] : [];
    }),
  );
}

/** The rest of a change: what holds for the whole profile. */
export function withoutMemberChoices(change: PreferenceChange): PreferenceChange {
  const own: readonly string[] = MEMBER_CHOICES;
  return Object.fromEntries(Object.entries(change).filter(([name]) => !own.includes(name)));
}

/** The next step of the zoom up (1) or down (-1); at the end it stays. */
export function zoomStep(zoom: number, direction: 1 | -1): number {
  const steps = direction === 1 ? ZOOM_STEPS : [...ZOOM_STEPS].reverse();
  return steps.find((step) => (step - zoom) * direction > 0.001) ?? zoom;
}
