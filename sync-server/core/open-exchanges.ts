/**
 * The clock exchanges that a boot's next beat will close (DOMAIN.md, "Placement and admission"). Of each boot, not of each
 * device: the beats of a copied profile come in turn, and would otherwise take each other's anchors away for good.
 */
import type { Exchange } from '../../shared/admission/anchor.ts';
import type { BeatRequest } from '../../shared/wire.ts';

/** What the server answered to a boot's last beat, and when. */
export interface OpenExchange {
  exchangeId: string;
  sentAtMonoMs: number;
  serverMs: number;
}

/** A device has one boot, a copied profile some: kept for so many, the latest. */
const MAX_BOOTS = 8;

export interface OpenExchanges {
  clear(): void;
  /** A beat of the boot was answered: this exchange is the one to close. */
  open(deviceId: string, bootId: string, exchange: OpenExchange): void;
  /** The exchange that the beat closes; undefined when it closes none that is known. */
  closedBy(deviceId: string, request: BeatRequest): Exchange | undefined;
}

export function createOpenExchanges(): OpenExchanges {
  const byDevice = new Map<string, Map<string, OpenExchange>>();
  return {
    clear: () => byDevice.clear(),
    open(deviceId, bootId, exchange) {
      const ofDevice = byDevice.get(deviceId) ?? new Map<string, OpenExchange>();
      byDevice.set(deviceId, ofDevice);
      ofDevice.delete(bootId);
      ofDevice.set(bootId, exchange);
      const [oldest] = ofDevice.keys();
      if (ofDevice.size > MAX_BOOTS && oldest !== undefined) ofDevice.delete(oldest);
    },
    closedBy(deviceId, { bootId, echo, sentAtMonoMs }) {
      const open = byDevice.get(deviceId)?.get(bootId);
      if (open === undefined || echo === undefined) return undefined;
      const answersOurs =
        open.exchangeId === echo.exchangeId &&
        open.sentAtMonoMs === echo.sentAtMonoMs &&
        echo.receivedAtMonoMs <= sentAtMonoMs;
      return answersOurs ? { ...echo, serverMs: open.serverMs } : undefined;
    },
  };
}
