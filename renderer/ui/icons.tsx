/** Interface icons and state shapes of the design (16 px strokes, 12 px shapes); decoration, so hidden from readers. */
import type { ReactElement } from 'react';

const ICONS = {
  search: (
    <>
      <circle cx="7" cy="7" r="4.25" />
      <path d="m10.25 10.25 3.25 3.25" />
    </>
  ),
  moon: (
    <>
      <path d="M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z" />
    </>
  ),
  pause: (
    <>
      <path d="M5.5 3.5v9M10.5 3.5v9" />
    </>
  ),
  play: (
    <>
      <path d="M5 3.4v9.2L12.2 8z" />
    </>
  ),
  end: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <rect x="6" y="6" width="4" height="4" rx=".5" />
    </>
  ),
  check: (
    <>
      <path d="m3.5 8.5 3 3 6-7" />
    </>
  ),
  checks: (
    <>
      <path d="m1.5 8.5 3 3 5.5-6.5M7.5 10.5l1 1 6-7" />
    </>
  ),
  alert: (
    <>
      <path d="M8 2.5 14.2 13H1.8z" />
      <path d="M8 6.5v3M8 11.2v.01" />
    </>
  ),
  plus: (
    <>
      <path d="M8 3v10M3 8h10" />
    </>
  ),
  close: (
    <>
      <path d="m4 4 8 8M12 4l-8 8" />
    </>
  ),
  right: (
    <>
      <path d="m6.5 4.5 3.5 3.5-3.5 3.5" />
    </>
  ),
  left: (
    <>
      <path d="M9.5 4.5 6 8l3.5 3.5" />
    </>
  ),
  enter: (
    <>
      <path d="M13 4v3.5a1.5 1.5 0 0 1-1.5 1.5H3M6 6 3 9l3 3" />
    </>
  ),
  bell: (
    <>
      <path d="M3 11.5h10c-1-1-1.25-2-1.25-4a3.75 3.75 0 0 0-7.5 0c0 2-.25 3-1.25 4zM6.75 13.75h2.5" />
    </>
  ),
  belloff: (
    <>
      <path d="M4.4 6.6c-.1.3-.15.6-.15.9 0 2-.25 3-1.25 4h8.5M6 4.3a3.75 3.75 0 0 1 5.75 3.2c0 1.1.1 1.9.3 2.6M6.75 13.75h2.5M2.5 2.5l11 11" />
    </>
  ),
  message: (
    <>
      <path d="M2.5 4.5A1.5 1.5 0 0 1 4 3h8a1.5 1.5 0 0 1 1.5 1.5V10a1.5 1.5 0 0 1-1.5 1.5H7.5L4.5 14v-2.5H4A1.5 1.5 0 0 1 2.5 10z" />
    </>
  ),
  cloudoff: (
    <>
      <path d="M6 4.6a4 4 0 0 1 6.15 2.92A2.5 2.5 0 0 1 13.3 11.5M10.5 12.5H4.75a3 3 0 0 1-.3-5.98M2.5 2.5l11 11" />
    </>
  ),
  lock: (
    <>
      <rect x="3.5" y="7" width="9" height="6.5" rx="1" />
      <path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2" />
    </>
  ),
  refresh: (
    <>
      <path d="M13 8a5 5 0 1 1-1.5-3.55M13 2.5v2.75h-2.75" />
    </>
  ),
  undo: (
    <>
      <path d="M5.5 3 2.5 6l3 3M2.5 6h7a3.5 3.5 0 0 1 0 7H6.5" />
    </>
  ),
  min: (
    <>
      <path d="M3.5 8h9" />
    </>
  ),
  max: (
    <>
      <rect x="3.75" y="3.75" width="8.5" height="8.5" rx="1" />
    </>
  ),
  target: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <circle cx="8" cy="8" r="2.25" />
    </>
  ),
  plug: (
    <>
      <path d="M6 2.5V5.5M10 2.5V5.5M4 5.5h8V8a4 4 0 0 1-8 0zM8 12v2" />
    </>
  ),
  eye: (
    <>
      <path d="M1.5 8S4 3.75 8 3.75 14.5 8 14.5 8 12 12.25 8 12.25 1.5 8 1.5 8z" />
      <circle cx="8" cy="8" r="1.9" />
    </>
  ),
  /** A clock beside a figure: time without a chat window. */
  clock: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 5v3l2 1.5" />
    </>
  ),
  user: (
    <>
      <circle cx="8" cy="5.5" r="2.75" />
      <path d="M2.75 13.5c.6-2.6 2.7-4 5.25-4s4.65 1.4 5.25 4" />
    </>
  ),
  send: (
    <>
      <path d="M8 13V3M4 7l4-4 4 4" />
    </>
  ),
  down: (
    <>
      <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />
    </>
  ),
  minimise: (
    <>
      <path d="M3.5 8h9" />
    </>
  ),
  maximise: (
    <>
      <rect x="3.75" y="3.75" width="8.5" height="8.5" rx="1" />
    </>
  ),
} as const;
export type IconName = keyof typeof ICONS;

const SHAPES = {
  free: (
    <>
      <circle cx="6" cy="6" r="5" fill="currentColor" />
    </>
  ),
  paid: (
    <>
      <path
        fill="currentColor"
        fillRule="evenodd"
        d="M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1m0 2.9a2.1 2.1 0 1 1 0 4.2 2.1 2.1 0 0 1 0-4.2"
      />
    </>
  ),
  low: (
    <>
      <path
        fill="currentColor"
        fillRule="evenodd"
        d="M5.13 1.3a1 1 0 0 1 1.74 0l4.5 8.1A1 1 0 0 1 10.5 10.9h-9a1 1 0 0 1-.87-1.5zM5.35 4.2v3h1.3v-3zm0 3.9v1.3h1.3V8.1z"
      />
    </>
  ),
  out: (
    <>
      <path
        fill="currentColor"
        fillRule="evenodd"
        d="M3.8.9h4.4l2.9 2.9v4.4l-2.9 2.9H3.8L.9 8.2V3.8zM3.2 5.25v1.5h5.6v-1.5z"
      />
    </>
  ),
  unconf: (
    <>
      <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.3" />
      <path d="M6 1.6a4.4 4.4 0 0 0 0 8.8z" fill="currentColor" />
    </>
  ),
  paused: (
    <>
      <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.3" />
      <path d="M4.85 4.1v3.8M7.15 4.1v3.8" stroke="currentColor" strokeWidth="1.3" strokeLinecap="round" />
    </>
  ),
  wait: (
    <>
      <circle
        cx="6"
        cy="6"
        r="4.4"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.3"
        strokeDasharray="2 1.45"
      />
    </>
  ),
  /** A session outside: a plain clock, since no window shows it. */
  outside: (
    <>
      <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.3" />
      <path
        d="M6 3.4V6l1.9 1.2"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  ended: (
    <>
      <path
        d="m2.2 6.5 2.6 2.6 5-6"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  offline: (
    <>
      <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.3" />
      <path d="m3 9 6-6" stroke="currentColor" strokeWidth="1.3" />
    </>
  ),
  ok: (
    <>
      <circle cx="6" cy="6" r="5" fill="currentColor" />
      <path
        d="m3.7 6.2 1.6 1.6 3-3.5"
        stroke="var(--surface)"
        strokeWidth="1.3"
        fill="none"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
} as const;
export type ShapeName = keyof typeof SHAPES;

export function Icon({ name, className = '' }: { name: IconName; className?: string }): ReactElement {
  return (
    <svg className={`ic ${className}`} viewBox="0 0 16 16" aria-hidden="true">
      {ICONS[name]}
    </svg>
  );
}

export function Shape({ name }: { name: ShapeName }): ReactElement {
  return (
    <svg className="gl" viewBox="0 0 12 12" aria-hidden="true">
      {SHAPES[name]}
    </svg>
  );
}

export function Logo({ className = '' }: { className?: string }): ReactElement {
  return (
    <svg className={`logo ${className}`} viewBox="0 0 32 32" aria-hidden="true">
      <path
        d="M16 2.5c7.7 0 13.5 5.4 13.5 12.6S23.7 27.7 16 27.7c-1.3 0-2.6-.2-3.8-.5-1.5 1.3-3.8 2.3-6.4 2.3-.8 0-1.1-.9-.6-1.5.9-1.1 1.4-2.4 1.5-3.8-2.6-2.3-4.2-5.4-4.2-9.1C2.5 7.9 8.3 2.5 16 2.5Z"
        fill="#3b4cca"
      />
      <path
        d="M16 8.7v6.6l4.8 3.3"
        fill="none"
        stroke="#fff"
        strokeWidth="3.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
