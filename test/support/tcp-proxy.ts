/** A TCP proxy on loopback that cuts, delays and resets: what a bad network looks like to a device and a server. */
import net from 'node:net';

export interface TcpProxy {
  readonly port: number;
  readonly url: string;
  /** Ends every connection and refuses new ones until `restore`. */
  cut(): void;
  restore(): void;
  /** Ends every connection; new ones are taken at once. */
  reset(): void;
  /** Everything from now on takes this much longer in each direction, ms; in order. */
  delay(ms: number): void;
  /** Points later connections elsewhere, e.g. to a server that was started again on another port. */
  retarget(port: number): void;
  stop(): Promise<void>;
}

/** Forwards to `targetPort` on 127.0.0.1; the device knows only the proxy's address. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  let target = targetPort;
  let isCut = false;
  let delayMs = 0;
  const sockets = new Set<net.Socket>();

  function keep(socket: net.Socket): void {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
  }
  /** Pipes in order with the delay of the moment; what is under way when an end closes is dropped, as on a real line. */
  function forward(from: net.Socket, to: net.Socket): void {
    const waiting: { dueAt: number; run: () => void }[] = [];
    const runDue = () => {
      while (waiting.length > 0 && waiting[0]!.dueAt <= performance.now()) waiting.shift()!.run();
      if (waiting.length > 0) setTimeout(runDue, Math.max(1, waiting[0]!.dueAt - performance.now()));
    };
    const later = (run: () => void) => {
      if (waiting.length === 0 && delayMs === 0) return run();
      waiting.push({ dueAt: performance.now() + delayMs, run });
      if (waiting.length === 1) setTimeout(runDue, delayMs);
    };
    from.on('data', (chunk) => later(() => void (to.writable && to.write(chunk))));
    from.on('close', () => later(() => void to.end()));
  }

  const server = net.createServer((client) => {
    if (isCut) {
      client.resetAndDestroy();
      return;
    }
    const upstream = net.connect(target, '127.0.0.1');
    keep(client);
    keep(upstream);
    // A reset on one side is a reset on the other; there is nobody else to tell.
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    forward(client, upstream);
    forward(upstream, client);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as net.AddressInfo;
  const dropAll = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    cut() {
      isCut = true;
      dropAll();
    },
    restore() {
      isCut = false;
    },
    reset: dropAll,
    delay(ms) {
      delayMs = ms;
    },
    retarget(next) {
      target = next;
      dropAll();
    },
    stop() {
      dropAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
