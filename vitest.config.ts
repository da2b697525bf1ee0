import { defineConfig } from 'vitest/config';

/** These start processes of our own. */
const globalSetup = 'test/support/bundle-processes.ts';

/** One project per folder of test/: each may touch more than the one before, and takes longer. */
const limits = {
  spec: { testTimeout: 20_000 },
  unit: { testTimeout: 20_000 },
  contract: { testTimeout: 60_000, hookTimeout: 60_000, globalSetup },
  sync: { testTimeout: 60_000, hookTimeout: 60_000, globalSetup },
  e2e: { testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false, globalSetup },
};

export default defineConfig({
  test: {
    projects: Object.entries(limits).map(([name, options]) => ({
      test: {
        name,
        root: import.meta.dirname,
        include: [`test/${name}/**/*.test.{ts,tsx}`],
        environment: 'node',
        pool: 'forks',
        ...options,
      },
    })),
  },
});
