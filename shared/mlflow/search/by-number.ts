import type { VersionRef } from '../../domain/dependency.ts';
import { type ModelId, ModelName, VERSION_MAX, VersionNumber } from '../../domain/names.ts';
import { includes } from '../../domain/role.ts';
import type { Context } from '../../http/endpoint.ts';
import { refusalOf } from '../refusal.ts';
import { type Found, inRank, rankOf, versionsKnown, type Walk } from './found.ts';
import type { Step } from './page.ts';

type Steps = AsyncGenerator<Step<Found>>;

/** Where so many models have a version of a number, most of all have: they are found by going through their names. */
const MANY = 300;

/** How many numbers are looked at together, where few models have them. */
const NUMBERS_MAX = 32;

/**
 * Versions by their number, across models. Registrations lie by the numbers that they gave, and every model has had all
 * numbers up to its highest: so there is a registration for every number up to the highest of all.
 */
export async function* versionsByNumber(context: Context, walk: Walk): Steps {
  const { behind, orders } = walk;
  const step = orders[0]?.descending ? -1 : 1;
  let number = behind?.number === undefined ? step : Number(behind.number);
  if (number < 0) number = await highestNumber((one) => isThere(context, one));
  for (let together = 1; number > 0; ) {
    const numbers = Array.from({ length: together }, (_, at) => number + at * step).filter((one) => one > 0);
    const found = await Promise.all(numbers.map((one) => modelsWith(context, one, MANY)));
    const few = found.findIndex((models) => models.length === 0 || models.length === MANY);
    const known = few === -1 ? numbers.length : few;
    yield* fewOf(context, numbers.slice(0, known), found, walk);
    const [next, models] = [numbers[known], found[known]];
    if (next === undefined) number += known * step;
    else if (models?.length === 0) return;
    else {
      yield* manyOf(context, next, walk);
      number = next + step;
    }
    if (number > 0) yield { place: { number }, looked: found.flat().length };
    together = next === undefined ? Math.min(NUMBERS_MAX, together * 2) : 1;
  }
}

const modelsWith = ({ store, caller }: Context, number: number, limit: number): Promise<readonly ModelId[]> =>
  store.numbered(caller.tenant, VersionNumber.parse(number), limit);

const isThere = async (context: Context, number: number): Promise<boolean> =>
  (await modelsWith(context, number, 1)).length > 0;

/** All versions of numbers that few models have. */
async function* fewOf(
  context: Context,
  numbers: readonly number[],
  models: readonly (readonly ModelId[])[],
  walk: Walk,
): Steps {
  const refs = numbers.flatMap((number, at) =>
    (models[at] ?? []).map((model): VersionRef => ({ model, version: VersionNumber.parse(number) })),
  );
  yield* inRank(await versionsKnown(context, refs), rankOf, walk);
}

/**
 * All versions of a number that many models have, by the names of those.
 * @throws Failure `request.invalid` where they are to be ordered by a time
 */
async function* manyOf({ store, caller }: Context, number: number, { orders, behind, look }: Walk): Steps {
  const [, second] = orders;
  if (second?.key !== 'name') {
    throw refusalOf(
      'order_by',
      'Where so many models have the same version_number, only name can follow it in order_by.',
    );
  }
  const order = second.descending ? ('descending' as const) : ('ascending' as const);
  const begun = behind?.number === number ? behind.name : undefined;
  let after = begun === undefined ? undefined : ModelName.parse(begun);
  for (let isLast = false; !isLast; ) {
    const { items, next } = await store.models(caller.tenant, { order, limit: look, behind: after }, () => true);
    const having = items.filter(
      ({ name, nextVersion }) => number < nextVersion && includes(caller.roles, ['reader'], name),
    );
    const refs = having.map(({ id }) => ({ model: id, version: VersionNumber.parse(number) }));
    const versions = await store.versionsAt(caller.tenant, refs);
    for (const [index, { name }] of having.entries()) {
      const version = versions[index];
      const place = { name, number };
      if (version !== undefined && version.state !== 'deleted') yield { row: { name, version }, place, looked: 1 };
    }
    after = items.at(-1)?.name;
    isLast = next === undefined || after === undefined;
    if (after !== undefined) yield { place: { name: after, number }, looked: items.length - having.length };
  }
}

/** How many are asked for at once. */
const PROBES = 32;

/** The highest of 1, 2, 3 … that is there: those below it are there too. 0 where none is. */
export async function highestNumber(isThere: (number: number) => Promise<boolean>): Promise<number> {
  const powers = Array.from({ length: Math.ceil(Math.log2(VERSION_MAX)) }, (_, exponent) => 2 ** exponent);
  let { low, high } = between(powers, await Promise.all(powers.map(isThere)), { low: 0, high: VERSION_MAX + 1 });
  while (high - low > 1) {
    const width = Math.max(1, Math.ceil((high - low) / PROBES));
    const probes = Array.from({ length: PROBES }, (_, at) => low + (at + 1) * width).filter((one) => one < high);
    ({ low, high } = between(probes, await Promise.all(probes.map(isThere)), { low, high }));
  }
  return low;
}

/** The highest number that is known to be there, and the lowest that is known not to be. */
function between(
  probes: readonly number[],
  there: readonly boolean[],
  { low, high }: { readonly low: number; readonly high: number },
): { low: number; high: number } {
  const first = there.indexOf(false);
  return first === -1
    ? { low: probes.at(-1) ?? low, high }
    : { low: probes[first - 1] ?? low, high: probes[first] ?? high };
}
