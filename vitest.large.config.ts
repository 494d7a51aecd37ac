import { defineConfig } from 'vitest/config';

/** Files of gigabytes take minutes: they have a run of their own. */
export default defineConfig({
  test: {
    include: ['test/large/*.large.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
