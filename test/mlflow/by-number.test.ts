import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highestNumber } from '../../shared/mlflow/search/by-number.ts';
import { aRegistry, aTenant, type TestRegistry, type TestTenant } from '../support/registry.ts';

describe('the highest number that is there', () => {
  it('is found for every highest number, and 0 where there is none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.nat(300), fc.nat(99_999_999), fc.constant(99_999_999)), async (highest) => {
        expect(await highestNumber(async (number) => number <= highest)).toBe(highest);
      }),
    );
  });

  it('is found in few trips, of few questions each', async () => {
    const asked: number[] = [];
    let trip: number[] = [];
    const isThere = async (number: number) => {
      trip.push(number);
      await Promise.resolve();
      if (trip.length > 0) asked.push(trip.length);
      trip = [];
      return number <= 12_345;
    };

    expect(await highestNumber(isThere)).toBe(12_345);
    expect(asked.length).toBeLessThanOrEqual(4);
    expect(Math.max(...asked)).toBeLessThanOrEqual(32);
  });
});

describe('a search by number', () => {
  const MODELS = 310;
  const DEEPER = 5;
  const ORDERS = [
    [['version_number'], (one, other) => one[1] - other[1] || byName(one, other)],
    [['version_number DESC'], (one, other) => other[1] - one[1] || byName(one, other)],
    [['version_number DESC', 'name DESC'], (one, other) => other[1] - one[1] || byName(other, one)],
  ] as const satisfies [string[], (one: Found, other: Found) => number][];

  it('gives every version once, in order, where many models have a number and where few have, page by page', async () => {
    const registry = await aRegistry();
    const tenant = await aTenant(registry);
    const names = Array.from({ length: MODELS }, (_, index) => `model-${String(index).padStart(3, '0')}`);
    const numbersOf = (index: number) => Array.from({ length: index < DEEPER ? 2 + index : 1 }, (_, at) => at + 1);
    for (const [index, model] of names.entries()) {
      await tenant.publisher.createModel({ model });
      for (const _ of numbersOf(index)) await tenant.publisher.registerVersion({ model, source: SOURCE });
    }
    await tenant.publisher.deleteVersion({ model: 'model-007', version: 1 });
    const living = names.flatMap((name, index) =>
      name === 'model-007' ? [] : numbersOf(index).map((number): Found => [name, number]),
    );

    for (const [orders, compare] of ORDERS) {
      expect(await foundIn(registry, tenant, orders)).toEqual(living.toSorted(compare));
    }
  });
});

type Found = readonly [name: string, number: number];

const SOURCE = 's3://elsewhere/model';
const byName = ([one]: Found, [other]: Found): number => (one < other ? -1 : Number(one > other));

/** All pages of a search. */
async function foundIn(registry: TestRegistry, { keys }: TestTenant, orders: readonly string[]): Promise<Found[]> {
  const found: Found[] = [];
  let token = '';
  do {
    const query = new URLSearchParams([
      ['max_results', '77'],
      ['page_token', token],
      ...orders.map((order): [string, string] => ['order_by', order]),
    ]);
    const target = `/api/2.0/mlflow/model-versions/search?${query.toString().replaceAll('+', '%20')}`;
    const { status, body } = await registry.raw('GET', target, { as: keys.reader });
    expect(status).toBe(200);
    for (const { name, version } of body.model_versions ?? []) found.push([name, Number(version)]);
    token = body.next_page_token ?? '';
  } while (token !== '');
  return found;
}
