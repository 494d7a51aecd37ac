import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODEL_ORDERS, ordersOf, ranking, VERSION_ORDERS } from '../../shared/mlflow/search/order.ts';

const aRanked = fc.record({
  name: fc.string({ maxLength: 3 }),
  number: fc.integer({ min: 1, max: 3 }),
  createdAt: fc.constantFrom('2026-01-01', '2026-01-02'),
  updatedAt: fc.constantFrom('2026-01-01', '2026-01-02'),
});

const someOrder = fc.uniqueArray(
  fc.tuple(
    fc.constantFrom('name', 'version_number', 'creation_timestamp', 'last_updated_timestamp'),
    fc.constantFrom('', ' ASC', ' desc', '\tDESC'),
  ),
  { selector: ([key]) => key },
);

describe('an order', () => {
  it('is total: two are equal only where name and number are', () => {
    fc.assert(
      fc.property(someOrder, aRanked, aRanked, (order, one, other) => {
        const rank = ranking(
          ordersOf(
            order.map((parts) => parts.join('')),
            VERSION_ORDERS,
          ),
        );

        expect(Math.sign(rank(one, other))).toBe(-Math.sign(rank(other, one)) + 0 || 0);
        if (rank(one, other) === 0) expect([one.name, one.number]).toEqual([other.name, other.number]);
      }),
    );
  });

  it.each([
    [[], VERSION_ORDERS, 'updatedAt- name number-'],
    [['name'], VERSION_ORDERS, 'name number-'],
    [['version_number DESC'], VERSION_ORDERS, 'number- name'],
    [['`name` DESC', 'attribute.version_number'], VERSION_ORDERS, 'name- number'],
    [[], MODEL_ORDERS, 'name'],
    [['timestamp  desc'], MODEL_ORDERS, 'updatedAt- name'],
  ])('%j', (clauses, orders, expected) => {
    const found = ordersOf(clauses, orders).map(({ key, descending }) => `${key}${descending ? '-' : ''}`);

    expect(found.join(' ')).toBe(expected);
  });
});
