import { describe, expect } from 'vitest';
import type { OperationName } from '../../shared/contract/operations.ts';
import { unansweredIn } from './answers.ts';
import { aRegistry, itEmbedded, type TestRegistry } from './registry.ts';

/**
 * The tests of one operation, on a registry of their own. The last one demands of all others that they had every answer
 * that the row of the operation declares. What all operations have in common is in `every-operation.test.ts`.
 */
export function describeOperation(name: OperationName, define: (registry: TestRegistry) => void): void {
  describe(name, async () => {
    const registry = await aRegistry();
    define(registry);

    itEmbedded('has given every answer that its row declares', () => {
      expect(unansweredIn(registry.log, name)).toEqual([]);
    });
  });
}
