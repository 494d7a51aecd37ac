import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const limits = { testTimeout: 120_000, hookTimeout: 60_000, expect: { requireAssertions: true } };

/**
 * The files that take longest begin first, so that the others need not wait for them at the end; and so does what waits for
 * retention, which looks at all that other tests have left first.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => /every-operation|templates|reactions/.test(moduleId);
    return (await super.sort(files)).toSorted((one, other) => Number(isLong(other)) - Number(isLong(one)));
  }
}

/** The suite of the operations once more, against the stack as it is deployed. */
export default defineConfig({
  test: {
    globalSetup: ['test/deployed/global-setup.ts', 'test/support/dynamodb-local.ts'],
    teardownTimeout: 120_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...limits,
          name: 'operations',
          include: ['test/operations/**/*.test.ts', 'test/deployed/{templates,events,reactions}.deployed.ts'],
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
