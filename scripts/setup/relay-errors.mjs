import { createInterface } from 'node:readline';

/** Lines of Chromium that say nothing about Chatclock: no message bus, no graphics card. Whole lines, exactly. */
const harmlessLines = [
  /^\[\d+:\d+\/[\d.]+:ERROR:(dbus\/)?bus\.cc(\(|:)\d+\)?\] Failed to connect to the bus: .*$/,
  /^\[\d+:\d+\/[\d.]+:ERROR:(dbus\/)?object_proxy\.cc(\(|:)\d+\)?\] Failed to call method: org\.freedesktop\.\S+: .*$/,
  /^\[\d+:\d+\/[\d.]+:ERROR:(components\/viz\/service\/main\/)?viz_main_impl\.cc(\(|:)\d+\)?\] Exiting GPU process due to errors during initialization$/,
];

/** Passes a child's stderr on to ours, line by line, without the lines that would only alarm. */
export function relayErrors(stream) {
  createInterface({ input: stream }).on('line', (line) => {
    if (!harmlessLines.some((pattern) => pattern.test(line))) process.stderr.write(`${line}\n`);
  });
}
