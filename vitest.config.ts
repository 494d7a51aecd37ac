import { defineConfig } from 'vitest/config';

const LIMITS = { testTimeout: 60_000, hookTimeout: 60_000, expect: { requireAssertions: true } };

/** What leaves nothing behind in its process: there a module is loaded once for all files. Half of the time was loading. */
const TIDY = ['test/contract/**', 'test/domain/**', 'test/operations/**', 'test/store/**'].map(
  (at) => `${at}/*.test.ts`,
);

export default defineConfig({
  test: {
    globalSetup: ['test/support/dynamodb-local.ts'],
    maxWorkers: '100%',
    coverage: { include: ['shared/domain/**'], reporter: ['text'], thresholds: { 100: true } },
    projects: [
      { test: { name: 'rules', include: TIDY, isolate: false, ...LIMITS } },
      { test: { name: 'processes', include: ['test/**/*.test.ts'], exclude: TIDY, ...LIMITS } },
    ],
  },
});
