/** The logo in one ink as a bitmap, drawn for the tray: sharp at every size, no files. Pure. */

type Point = readonly [x: number, y: number];
export type Ink = readonly [red: number, green: number, blue: number];

export const INKS = {
  black: [0, 0, 0],
  /** Paid, as in tokens.css: on light and on dark. */
  light: [0x3b, 0x4c, 0xca],
  dark: [0x9b, 0xa6, 0xff],
  /** Out: something needs the advisor. */
  dotLight: [0xd9, 0x38, 0x2b],
  dotDark: [0xff, 0x8a, 0x7e],
} as const satisfies Record<string, Ink>;

/** The bubble of design/svg/tray.svg on its 32×32 field: a start, then cubic curves. */
const START: Point = [16, 2.5];
const CURVES: readonly (readonly [Point, Point, Point])[] = [
  [
    [23.7, 2.5],
    [29.5, 7.9],
    [29.5, 15.1],
  ],
  [
    [29.5, 22.3],
    [23.7, 27.7],
    [16, 27.7],
  ],
  [
    [14.7, 27.7],
    [13.4, 27.5],
    [12.2, 27.2],
  ],
  [
    [10.7, 28.5],
    [8.4, 29.5],
    [5.8, 29.5],
  ],
  [
    [5, 29.5],
    [4.7, 28.6],
    [5.2, 28],
  ],
  [
    [6.1, 26.9],
    [6.6, 25.6],
    [6.7, 24.2],
  ],
  [
    [4.1, 21.9],
    [2.5, 18.8],
    [2.5, 15.1],
  ],
  [
    [2.5, 7.9],
    [8.3, 2.5],
    [16, 2.5],
  ],
];
/** The hands are cut out of it. */
const HANDS: readonly Point[] = [
  [16, 8.7],
  [16, 15.3],
  [20.8, 18.6],
];
const HAND_RADIUS = 1.6;
const DOT = { x: 25.5, y: 6.5, radius: 6, gap: 1.8 };
const FIELD = 32;
const STEPS = 12;
/** Samples along each side of a pixel. */
const SAMPLES = 4;

const OUTLINE = outline();

function outline(): Point[] {
  const points: Point[] = [START];
  let from = START;
  for (const [a, b, to] of CURVES) {
    for (let step = 1; step <= STEPS; step += 1) {
      const t = step / STEPS;
      const u = 1 - t;
      const at = (i: 0 | 1) =>
        u ** 3 * from[i] + 3 * u * u * t * a[i] + 3 * u * t * t * b[i] + t ** 3 * to[i];
      points.push([at(0), at(1)]);
    }
    from = to;
  }
  return points;
}

/** A square of `size` px, 4 bytes a pixel, blue first, colours multiplied by alpha, as Chromium keeps bitmaps. */
export function drawLogo(size: number, ink: Ink, dot: Ink | null): Buffer {
  const bitmap = Buffer.alloc(size * size * 4);
  const step = FIELD / size / SAMPLES;
  const lines = Array.from({ length: size * SAMPLES }, (_, line) => crossingsAt((line + 0.5) * step));
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1) {
      let inks = 0;
      let dots = 0;
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
        const x = (column * SAMPLES + (sample % SAMPLES) + 0.5) * step;
        const y = (row * SAMPLES + Math.floor(sample / SAMPLES) + 0.5) * step;
        const fromDot = dot === null ? Infinity : Math.hypot(x - DOT.x, y - DOT.y) - DOT.radius;
        if (fromDot <= 0) dots += 1;
        else if (
          fromDot > DOT.gap &&
          isInside(x, lines[row * SAMPLES + Math.floor(sample / SAMPLES)]!) &&
          !isOnHands(x, y)
        )
          inks += 1;
      }
      const at = (row * size + column) * 4;
      const part = (channel: 0 | 1 | 2) =>
        Math.round((ink[channel] * inks + (dot?.[channel] ?? 0) * dots) / (SAMPLES * SAMPLES));
      bitmap.set([part(2), part(1), part(0), Math.round((255 * (inks + dots)) / (SAMPLES * SAMPLES))], at);
    }
  return bitmap;
}

/** Where a line at height `y` crosses the outline. */
function crossingsAt(y: number): number[] {
  return OUTLINE.flatMap(([ax, ay], i) => {
    const [bx, by] = OUTLINE[i === 0 ? OUTLINE.length - 1 : i - 1]!;
    return ay > y === by > y ? [] : [((bx - ax) * (y - ay)) / (by - ay) + ax];
  });
}

function isInside(x: number, crossings: readonly number[]): boolean {
  return crossings.filter((one) => one > x).length % 2 === 1;
}

function isOnHands(x: number, y: number): boolean {
  return HANDS.slice(1).some(([bx, by], i) => {
    const [ax, ay] = HANDS[i]!;
    const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2);
    const t = Math.min(1, Math.max(0, along));
    return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)) <= HAND_RADIUS;
  });
}

/** A disc in the colour of what needs the advisor, for the taskbar's button. */
export function drawDisc(size: number, ink: Ink): Buffer {
  const bitmap = Buffer.alloc(size * size * 4);
  const middle = size / 2;
  for (let at = 0; at < size * size; at += 1) {
    const from = Math.hypot((at % size) + 0.5 - middle, Math.floor(at / size) + 0.5 - middle);
    const alpha = Math.min(1, Math.max(0, middle - from));
    bitmap.set(
      [...[ink[2], ink[1], ink[0]].map((part) => Math.round(part * alpha)), Math.round(255 * alpha)],
      at * 4,
    );
  }
  return bitmap;
}
