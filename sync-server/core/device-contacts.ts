/**
 * What beats and exchanges say of devices: the anchor of each boot, the last contact, how far each running segment has
 * come. Durable in `device_beat` (one row per device, overwritten), `device_boot` and `boot_anchor`; no sequence, never pulled.
 */
import { anchorOf, betterAnchor, type Anchor } from '../../shared/admission/anchor.ts';
import { GROWTH_MAX_MS } from '../../shared/admission/limits.ts';
import { GRACE_MS, type BeatRequest } from '../../shared/wire.ts';
import type { Storage } from '../storage/storage.ts';
import type { DeviceBeatTable } from '../storage/tables.ts';
import { lastContactBefore, type DeviceBoot } from './device-boots.ts';
import { createOpenExchanges } from './open-exchanges.ts';
import { createReservations, type Reservation } from './reservations.ts';
import type { Work } from './work.ts';

/** How far a segment had come when its device last spoke of it. */
export interface ProvenSegment {
  segmentId: string;
  chatId: string;
  deviceId: string;
  deviceName: string;
  /** Length proven by beats, ms; 0 when only pushes spoke of it. */
  elapsedMs: number;
  /** The last contact that named it as running, server clock. */
  atMs: number;
  isRunning: boolean;
}

export interface BeatingDevice {
  memberId: string;
  deviceId: string;
  deviceName: string;
}

const MAX_SEGMENTS_OF_DEVICE = 4_000;

export type DeviceContacts = Awaited<ReturnType<typeof openDeviceContacts>>;

export async function openDeviceContacts({ db }: Storage) {
  const beats = new Map<string, DeviceBeatTable>();
  const boots = new Map<string, Map<string, DeviceBoot>>();
  const anchors = new Map<string, Map<string, Anchor>>();
  const segments = new Map<string, ProvenSegment>();
  const reserved = createReservations();
  const exchanges = createOpenExchanges();

  async function reload(): Promise<void> {
    for (const map of [beats, boots, anchors, segments, reserved, exchanges]) map.clear();
    for (const beat of await db.selectFrom('device_beat').selectAll().execute()) {
      beats.set(beat.device_id, beat);
      openExchange(beat);
      reserved.enter(beat.device_id, beat.at_ms, JSON.parse(beat.reservations_json) as Reservation[]);
      for (const one of readSegments(beat)) segments.set(keyOf(one.deviceId, one.segmentId), one);
    }
  }

  await reload();
  return {
    reload,
    /** What devices may use unseen. */
    reserved,
    /** Loads the boots of devices and their anchors. */
    async load(deviceIds: Iterable<string>): Promise<void> {
      for (const deviceId of new Set(deviceIds)) {
        if (anchors.has(deviceId)) continue;
        boots.set(deviceId, await readBoots(deviceId));
        const rows = await db
          .selectFrom('boot_anchor')
          .selectAll()
          .where('device_id', '=', deviceId)
          .execute();
        anchors.set(
          deviceId,
          new Map(
            rows.map((r) => [
              r.boot_id,
              { offsetMs: r.offset_ms, errorMs: r.error_ms, atMonoMs: r.at_mono_ms },
            ]),
          ),
        );
      }
    },
    anchor: (deviceId: string, bootId: string): Anchor | null => anchors.get(deviceId)?.get(bootId) ?? null,

    /** The device's last contact before the boot, as far as the server knows (device-boots.ts), ms. */
    lastContactBefore(deviceId: string, boot: { bootId: string; elapsedMs: number }, nowMs: number): number {
      return lastContactBefore(boots.get(deviceId) ?? new Map(), beats.get(deviceId)?.at_ms, boot, nowMs);
    },

    /** What the device last called itself in a beat; '' when it never beat. */
    nameOf: (deviceId: string): string => beats.get(deviceId)?.device_name ?? '',

    proven: (segmentId: string, deviceId: string): ProvenSegment | undefined =>
      segments.get(keyOf(deviceId, segmentId)),

    /** A push spoke of an open segment: its device is there. Not durable; the row is. */
    seen(device: BeatingDevice, segmentId: string, chatId: string, nowMs: number): void {
      const key = keyOf(device.deviceId, segmentId);
      const before = segments.get(key);
      segments.set(key, {
        ...{ segmentId, chatId, deviceId: device.deviceId, deviceName: device.deviceName },
        elapsedMs: before?.elapsedMs ?? 0,
        atMs: nowMs,
        isRunning: true,
      });
    },

    /** A closed copy arrived: nothing of it has to be remembered. */
    forget: (segmentId: string, deviceId: string): void => void segments.delete(keyOf(deviceId, segmentId)),

    /** Segments that count as running although their device was silent for the grace. */
    lapsed: (nowMs: number): ProvenSegment[] =>
      [...segments.values()].filter((one) => one.isRunning && nowMs - one.atMs > GRACE_MS),

    /** The segment runs no more until its device speaks of it again. */
    stopRunning(segmentId: string, deviceId: string): void {
      const key = keyOf(deviceId, segmentId);
      const one = segments.get(key);
      if (one !== undefined) segments.set(key, { ...one, isRunning: false });
    },

    /** The segments a beat speaks of, with those an earlier one did. */
    segmentsOf: (deviceId: string): ProvenSegment[] => {
      const beat = beats.get(deviceId);
      return beat === undefined ? [] : readSegments(beat);
    },

    /**
     * Enters a beat: closes the previous exchange, moves the running segments on. `claimedMs` says what the stored copy
     * of a segment claims, 'unknown' before it arrived, 'notRunning' when it is closed or another device's.
     * Returns the boot's anchor, the chats the beat speaks of, and those that began or ceased to run by it.
     */
    enterBeat(
      work: Work,
      device: BeatingDevice,
      request: BeatRequest,
      exchangeId: string,
      claimedMs: (segmentId: string, chatId: string) => number | 'unknown' | 'notRunning',
    ): { anchor: Anchor | null; chatIds: Set<string>; turnedChatIds: Set<string> } {
      const before = beats.get(device.deviceId);
      enterBoot(work, device.deviceId, request.bootId, before);
      const anchor = closeExchange(work, device.deviceId, request);
      const chatIds = new Set<string>();
      const turnedChatIds = new Set<string>();
      const next = new Map<string, ProvenSegment>();
      const isListed = new Set(request.running.map((one) => one.segmentId));
      for (const one of before === undefined ? [] : readSegments(before)) {
        const claimed = claimedMs(one.segmentId, one.chatId);
        if (one.isRunning) chatIds.add(one.chatId);
        if (one.isRunning && !isListed.has(one.segmentId)) turnedChatIds.add(one.chatId);
        // What a stored copy covers needs no beat any more; the rest is remembered until it does.
        if (claimed !== 'notRunning' && (claimed === 'unknown' || claimed < one.elapsedMs))
          next.set(one.segmentId, { ...one, isRunning: false });
        else if (!isListed.has(one.segmentId)) segments.delete(keyOf(one.deviceId, one.segmentId));
      }
      for (const { segmentId, chatId, elapsedMs } of request.running) {
        const claimed = claimedMs(segmentId, chatId);
        if (claimed === 'notRunning') continue;
        const knownMs = Math.max(next.get(segmentId)?.elapsedMs ?? 0, claimed === 'unknown' ? 0 : claimed);
        const believedMs = elapsedMs - knownMs > GROWTH_MAX_MS ? knownMs : Math.max(knownMs, elapsedMs);
        if (segments.get(keyOf(device.deviceId, segmentId))?.isRunning !== true) turnedChatIds.add(chatId);
        chatIds.add(chatId);
        const { deviceId, deviceName } = device;
        next.set(segmentId, {
          segmentId,
          chatId,
          deviceId,
          deviceName,
          elapsedMs: believedMs,
          atMs: work.nowMs,
          isRunning: true,
        });
      }
      for (const { segmentId, chatId, elapsedMs } of request.closed ?? []) {
        const claimed = claimedMs(segmentId, chatId);
        if (claimed === 'notRunning' || isListed.has(segmentId)) continue;
        const knownMs = Math.max(next.get(segmentId)?.elapsedMs ?? 0, claimed === 'unknown' ? 0 : claimed);
        const believedMs = elapsedMs - knownMs > GROWTH_MAX_MS ? knownMs : Math.max(knownMs, elapsedMs);
        if (believedMs > (next.get(segmentId)?.elapsedMs ?? -1)) chatIds.add(chatId);
        const { deviceId, deviceName } = device;
        const ended = { segmentId, chatId, deviceId, deviceName, elapsedMs: believedMs, isRunning: false };
        next.set(segmentId, { ...ended, atMs: work.nowMs });
      }
      const kept = [...next.values()].slice(-MAX_SEGMENTS_OF_DEVICE);
      for (const one of kept) segments.set(keyOf(one.deviceId, one.segmentId), one);
      const row: DeviceBeatTable = {
        device_id: device.deviceId,
        member_id: device.memberId,
        device_name: device.deviceName,
        boot_id: request.bootId,
        at_ms: work.nowMs,
        previous_contact_ms:
          before === undefined
            ? 0
            : before.boot_id === request.bootId
              ? before.previous_contact_ms
              : before.at_ms,
        exchange_id: exchangeId,
        exchange_sent_mono_ms: request.sentAtMonoMs,
        reservations_json: before?.reservations_json ?? '[]',
        segments_json: JSON.stringify(
          kept.map(({ segmentId, chatId, elapsedMs, atMs, isRunning }) => ({
            segmentId,
            chatId,
            elapsedMs,
            atMs,
            isRunning,
          })),
        ),
      };
      beats.set(device.deviceId, row);
      openExchange(row);
      work.putBeat(row);
      return { anchor, chatIds, turnedChatIds };
    },

    /** What the beat of this commit reserves is stored with it. */
    reserve(work: Work, deviceId: string, reservations: readonly Reservation[]): void {
      const beat = beats.get(deviceId);
      if (beat === undefined) return;
      reserved.enter(deviceId, beat.at_ms, reservations);
      const row = { ...beat, reservations_json: JSON.stringify(reservations) };
      beats.set(deviceId, row);
      work.putBeat(row);
    },
  };

  async function readBoots(deviceId: string): Promise<Map<string, DeviceBoot>> {
    const rows = await db.selectFrom('device_boot').selectAll().where('device_id', '=', deviceId).execute();
    return new Map(
      rows.map((row) => [
        row.boot_id,
        { firstContactMs: row.first_contact_ms, previousContactMs: row.previous_contact_ms },
      ]),
    );
  }

  /** The first beat of a boot says when the device was last heard before it. */
  function enterBoot(
    work: Work,
    deviceId: string,
    bootId: string,
    before: DeviceBeatTable | undefined,
  ): void {
    const ofDevice = boots.get(deviceId) ?? new Map<string, DeviceBoot>();
    boots.set(deviceId, ofDevice);
    if (ofDevice.has(bootId)) return;
    const isOlder = before?.boot_id === bootId;
    const boot = {
      firstContactMs: isOlder ? before.at_ms : work.nowMs,
      previousContactMs: (isOlder ? before.previous_contact_ms : before?.at_ms) ?? 0,
    };
    ofDevice.set(bootId, boot);
    const { firstContactMs: first_contact_ms, previousContactMs: previous_contact_ms } = boot;
    work.putBoot({ device_id: deviceId, boot_id: bootId, first_contact_ms, previous_contact_ms });
  }

  function openExchange(beat: DeviceBeatTable): void {
    const { exchange_id: exchangeId, exchange_sent_mono_ms: sentAtMonoMs, at_ms: serverMs } = beat;
    exchanges.open(beat.device_id, beat.boot_id, { exchangeId, sentAtMonoMs, serverMs });
  }

  function closeExchange(work: Work, deviceId: string, request: BeatRequest): Anchor | null {
    const ofDevice = anchors.get(deviceId) ?? new Map<string, Anchor>();
    anchors.set(deviceId, ofDevice);
    const current = ofDevice.get(request.bootId) ?? null;
    const exchange = exchanges.closedBy(deviceId, request);
    if (exchange === undefined) return current;
    const better = betterAnchor(current, anchorOf(exchange));
    if (better === null || better === current) return current;
    ofDevice.set(request.bootId, better);
    work.putAnchor({
      device_id: deviceId,
      boot_id: request.bootId,
      offset_ms: better.offsetMs,
      error_ms: better.errorMs,
      at_mono_ms: better.atMonoMs,
    });
    return better;
  }
}

/** A device speaks for its own segments only: what it says of another's id is kept apart. */
function keyOf(deviceId: string, segmentId: string): string {
  return JSON.stringify([deviceId, segmentId]);
}

function readSegments(beat: DeviceBeatTable): ProvenSegment[] {
  const list = JSON.parse(beat.segments_json) as Pick<
    ProvenSegment,
    'segmentId' | 'chatId' | 'elapsedMs' | 'atMs' | 'isRunning'
  >[];
  return list.map((one) => ({ ...one, deviceId: beat.device_id, deviceName: beat.device_name }));
}
