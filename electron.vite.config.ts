import { existsSync } from 'node:fs';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = import.meta.dirname;
const pages = ['desk', 'chat', 'welcome', 'mini'].filter((name) =>
  existsSync(path.join(root, 'renderer', `${name}.html`)),
);

/**
 * Four bundles: the main process and the sync server that it can run as a process of its own (both modules, their
 * packages outside), the preload script (one CommonJS file, as the sandbox of a renderer demands), and the pages.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: {
          main: path.join(root, 'electron', 'main.ts'),
          'sync-server': path.join(root, 'sync-server', 'main.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: 'node20',
      minify: false,
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: path.join(root, 'electron', 'preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: path.join(root, 'renderer'),
    plugins: [react()],
    server: { host: '127.0.0.1' },
    build: {
      outDir: path.join(root, 'out', 'renderer'),
      emptyOutDir: true,
      target: 'chrome130',
      minify: true, // electron-vite leaves it out; windows start sooner with half the code to read
      assetsInlineLimit: 0, // the CSP allows no data: fonts or pictures
      modulePreload: { polyfill: false }, // would be an inline script, which the CSP refuses
      rolldownOptions: {
        input: Object.fromEntries(pages.map((name) => [name, path.join(root, 'renderer', `${name}.html`)])),
      },
    },
  },
});
