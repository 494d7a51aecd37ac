import { defineConfig } from 'vitest/config';

/** Tests of rules alone: they need nothing that has to be started. */
export default defineConfig({
  test: { include: ['test/domain/*.test.ts', 'test/simulation/*.test.ts'], root: '.', testTimeout: 60_000 },
});
