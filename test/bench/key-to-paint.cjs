/** Types into a page as the system would and times each key to the frame that shows its character: the same code for the product and for a bare text area. */

/** Runs in the page: notes for every key when it came and when the frame after its input was handed over, ms. */
const WATCH = `(selector) => {
  const box = document.querySelector(selector);
  box.focus();
  globalThis.keyTimes = [];
  let cameAt = null;
  box.addEventListener('keydown', (event) => (cameAt = event.timeStamp), true);
  box.addEventListener('input', () => {
    const from = cameAt;
    cameAt = null;
    if (from === null) return;
    // A message posted in a frame's last callback is handled when that frame has been painted.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => globalThis.keyTimes.push(performance.now() - from);
      port2.postMessage(null);
    });
  });
}`;
/** Above a frame's 16.7 ms and no multiple of it, so that keys come anywhere in a frame and anywhere in a second, ms. */
const BETWEEN_KEYS_MS = 47;
/** A message of this length is as long as they come; then the box is emptied. */
const LENGTH = 120;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Answers with as many latencies in ms as keys were painted within `keys` keys. */
async function measureKeys(contents, selector, keys) {
  contents.focus();
  await contents.executeJavaScript(`(${WATCH})(${JSON.stringify(selector)})`);
  for (let n = 0; n < keys; n += 1) {
    const keyCode = 'abcdefghij'[n % 10];
    for (const type of ['keyDown', 'char', 'keyUp']) contents.sendInputEvent({ type, keyCode });
    await pause(BETWEEN_KEYS_MS);
    if (n % LENGTH !== LENGTH - 1) continue;
    contents.selectAll();
    contents.delete();
    await pause(BETWEEN_KEYS_MS);
  }
  await pause(500);
  return contents.executeJavaScript('globalThis.keyTimes');
}

module.exports = { measureKeys };
