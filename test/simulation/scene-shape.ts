/** What a scene is, for those who look at one. */
import type { Chat, Row } from '../../shared/rows.ts';
import type { Profile } from './profiles.ts';
import type { Random } from './random.ts';
import type { SimDevice } from './sim-device.ts';
import type { SimServer } from './sim-server.ts';
import type { Tally } from './tally.ts';
import type { Truth } from './truth.ts';
import type { World } from './world.ts';

export interface Scene {
  world: World;
  tally: Tally;
  truth: Truth;
  profile: Profile;
  server: SimServer;
  devices: SimDevice[];
  users: string[];
  chats: Chat[];
  /** Ids of chats by who may see them are the server's matter; these are all the platform opened. */
  chatsOf(memberId: string): Chat[];
  /** No more faults, everything on: what remains is to be true. */
  isHealing: boolean;
  /** Somebody claims time by hand or lies: totals are no measure of what ran. */
  hasInventedTime: boolean;
  /** What a check found while time went on; the next look throws it. */
  broken: unknown;
  /** For checks that look at a part of what they could. */
  random: Random;
  /** Ids of invented segments that no server may count. */
  neverAdmitted: Set<string>;
  /** `device boot chat` in which a tampered device invented rows: they may push its own honest ones on. */
  tampered: Set<string>;
  /** Chats that a device opened: rows of another device may reach the server before the chat does. */
  chatsOpenedHere: Set<string>;
  /** By user, units: how much more a silent device's time may cost because a chat's price was raised meanwhile, on top of B. */
  pricedUnseen: Map<string, number>;
  /** Steps of the server's clock: true instant, ms, and how far forward. */
  clockSteps: { atMs: number; byMs: number }[];
  /** By user: the worst below zero and the largest B, units, over all restarts of the server. */
  overdrafts: Map<string, { worstUnits: number; boundUnits: number }>;
  /** The reports of closed periods, by id, as they were when they were closed. */
  reports: Map<string, string>;
  addDevice(given: { memberId: string; name: string; deviceId?: string }): SimDevice;
  /** Writes facts at once or as soon as the server is there again. */
  write(rows: readonly Row[]): void;
  newId(kind: string): string;
}
