import { defineConfig } from 'vitest/config';

/** The suite of the operations once more, against the stack as it is deployed. */
export default defineConfig({
  test: {
    include: ['test/operations/**/*.test.ts', 'test/deployed/**/*.deployed.ts'],
    globalSetup: ['test/deployed/global-setup.ts', 'test/support/dynamodb-local.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { requireAssertions: true },
  },
});
