import { refText, type VersionRef } from '../../domain/dependency.ts';
import type { ModelId, ModelName } from '../../domain/names.ts';
import { includes } from '../../domain/role.ts';
import type { Version } from '../../domain/version.ts';
import type { Context } from '../../http/endpoint.ts';
import { type Order, type Ranked, ranking } from './order.ts';
import type { Place, Step } from './page.ts';

/** A version that was found, under the present name of its model. */
export interface Found {
  readonly name: ModelName;
  readonly version: Version;
}

export interface Walk {
  readonly orders: readonly Order[];
  readonly behind?: Place | undefined;
  /** How many are read at once. */
  readonly look: number;
}

export const rankOf = ({ name, version: { number, createdAt, updatedAt } }: Found): Ranked => ({
  name,
  number,
  createdAt,
  updatedAt,
});

/** Whether it was on a page before this one. */
export const isPassed = (
  rank: (one: Ranked, other: Ranked) => number,
  place: Ranked,
  behind: Place | undefined,
): boolean => behind?.name !== undefined && rank(place, behind as Ranked) <= 0;

/** What was found, in its order. */
export function* inRank<Row>(
  found: readonly Row[],
  placeOf: (row: Row) => Ranked,
  { orders, behind }: Walk,
): Generator<Step<Row>> {
  const rank = ranking(orders);
  for (const row of found.toSorted((one, other) => rank(placeOf(one), placeOf(other)))) {
    const place = placeOf(row);
    if (!isPassed(rank, place, behind)) yield { row, place, looked: 1 };
  }
}

/** Those of the versions that there are, under the present names of their models. */
export async function versionsKnown(context: Context, refs: readonly VersionRef[]): Promise<Found[]> {
  const unique = [...new Map(refs.map((ref) => [refText(ref), ref])).values()];
  const versions = (await context.store.versionsAt(context.caller.tenant, unique)).filter(
    (version): version is Version => version !== undefined && version.state !== 'deleted',
  );
  return underNames(context, versions, new Map());
}

/** Versions under the present names of their models, without those whose model is deleted or not the caller's to read. */
export async function underNames(
  context: Context,
  versions: readonly Version[],
  names: Map<ModelId, ModelName | undefined>,
): Promise<Found[]> {
  await learnNames(context, versions, names);
  return versions.flatMap((version) => {
    const name = names.get(version.model);
    return name === undefined ? [] : [{ name, version }];
  });
}

/** What models are called now: nothing, where they are deleted or not the caller's to read. */
async function learnNames(
  { store, caller }: Context,
  versions: readonly Version[],
  names: Map<ModelId, ModelName | undefined>,
): Promise<void> {
  const unknown = [...new Set(versions.map(({ model }) => model))].filter((id) => !names.has(id));
  if (unknown.length === 0) return;
  const found = await store.lastNames(caller.tenant, unknown);
  for (const id of unknown) {
    const { name, deleted } = found.get(id) ?? { name: undefined, deleted: true };
    const isShown = name !== undefined && !deleted && includes(caller.roles, ['reader'], name);
    names.set(id, isShown ? name : undefined);
  }
}
