import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/dynamodb-local.ts'],
    // Every core, and a module is loaded once for all files of a worker: half of the time was loading.
    maxWorkers: '100%',
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { requireAssertions: true },
    coverage: { include: ['shared/domain/**'], reporter: ['text'], thresholds: { 100: true } },
  },
});
