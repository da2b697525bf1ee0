import type { ReactElement, ReactNode } from 'react';

/** A name above its control. */
export function Field({ label, children }: { label: string; children: ReactNode }): ReactElement {
  return (
    <label className="field">
      <span className="lbl">{label}</span>
      {children}
    </label>
  );
}
