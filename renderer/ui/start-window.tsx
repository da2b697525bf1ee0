/** What every window does first: its styles, its theme, its place in the page. */
import '@fontsource-variable/inter/wght.css';
import '../styles/app.css';
import '../styles/windows.css';
import '../styles/review.css';
import '../styles/timeline.css';
import '../styles/away.css';
import '../styles/notes.css';
import '../styles/queue.css';
import '../styles/print.css';
import type { ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { assert } from '../../shared/errors.ts';
import { api } from '../api.ts';

type Theme = 'system' | 'light' | 'dark';

function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** Fills the window; called once, from its entry. */
export function startWindow(content: ReactElement): void {
  api.on('themeChanged', ({ theme }) => showTheme(theme));
  void api.call('readTheme', null).then(
    ({ theme }) => showTheme(theme),
    () => showTheme('system'), // The system's theme needs no answer.
  );
  const root = document.getElementById('root');
  assert(root !== null, 'the page has a root');
  createRoot(root).render(content);
}
