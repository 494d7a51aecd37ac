import { defineConfig } from 'vitest/config';

const limits = { testTimeout: 120_000, hookTimeout: 60_000, expect: { requireAssertions: true } };

/** The suite of the operations once more, against the stack as it is deployed. */
export default defineConfig({
  test: {
    globalSetup: ['test/deployed/global-setup.ts', 'test/support/dynamodb-local.ts'],
    teardownTimeout: 120_000,
    projects: [
      {
        test: {
          ...limits,
          name: 'operations',
          include: ['test/operations/**/*.test.ts', 'test/deployed/templates.deployed.ts'],
          // One emulator answers all of them. While a file waits for it, others go on.
          maxWorkers: 3,
          isolate: false,
        },
      },
      {
        // Takes grants away that the others need: it has the stack for itself.
        test: {
          ...limits,
          name: 'refusals',
          include: ['test/deployed/refusals.deployed.ts'],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
