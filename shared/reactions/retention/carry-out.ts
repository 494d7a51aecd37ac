import type { Grave, Model } from '../../domain/model.ts';
import type { ModelId, TenantId, VersionNumber } from '../../domain/names.ts';
import { abandon, archiveStale, compact, erase, type Grounds, halt } from '../../domain/retention/changes.ts';
import { type Action, decide, type Plan } from '../../domain/retention/decide.ts';
import { counted, isHalted, isTooMuch, limitOf, type Upkeep } from '../../domain/retention/upkeep.ts';
import type { Version } from '../../domain/version.ts';
import { type Place, type Survey, survey } from '../../http/survey.ts';
import type { Store } from '../../store/store.ts';
import { collect } from './collect.ts';
import { atThisMoment, type World } from './world.ts';

/** How many steps one version takes at a time: of its evaluations, some go with each. */
const STEPS_MAX = 50;

/** One version, by what never changes of it. */
export interface One {
  readonly tenant: TenantId;
  readonly model: ModelId;
  readonly version: VersionNumber;
}

/** What came of it: what is left to wait for, and until when. */
export type Outcome = Pick<Plan, 'next'>;

/** A model with what holds for all of its versions, as they are now; nothing where there is none. */
export async function placeOf(
  { store }: { readonly store: Store },
  tenantId: TenantId,
  id: ModelId,
): Promise<Place | undefined> {
  const [tenant, model, policies] = await Promise.all([
    store.tenant(tenantId),
    store.modelOfId(tenantId, id),
    store.policies(tenantId, id),
  ]);
  return tenant && model && { tenant, model, policies };
}

/**
 * Does with a version what retention decides, step by step: each is decided anew on what is read then, and written only
 * where all of that is still so.
 * @throws {Conflict} when something has changed in between: the version is looked at again by the next run
 */
export async function carryOut(world: World, { tenant, model, version: number }: One): Promise<Outcome> {
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const now = atThisMoment(world);
    const place = await placeOf(world, tenant, model);
    const version = place && (await world.store.version(place.model, number));
    if (!version) return {};

    const found = await survey(now, place, version);
    const { actions, next } = decide(found.snapshot, found.days, now.now);
    const [action] = actions;
    if (!action) return next === undefined ? {} : { next };
    const postponed = await act(now, found, version, action);
    if (postponed) return postponed;
  }
  return { next: world.services.now().toISOString() };
}

/** Does one thing; answers when to try again, where that is not now. */
async function act(world: World, found: Survey, version: Version, action: Action): Promise<Outcome | undefined> {
  const { store } = world;
  const { tenant, model, policies, ties, days } = found;
  const isOurs = isPolicy(model, version, action);
  const upkeep = isOurs ? await store.upkeep(tenant.id) : undefined;
  const wait = isOurs ? await brake(world, found, upkeep) : undefined;
  if (wait) return wait;

  const grounds: Grounds = { tenant, policies, ties, ...(isOurs && { count: counted(tenant.id, upkeep, world.now) }) };
  const guard = version.artifact && (await store.digest(model, version.artifact.rootDigest));
  switch (action.kind) {
    case 'archive':
      await store.commit(archiveStale(model as Model, version, days, grounds, world));
      return undefined;
    case 'abandon':
      await store.commit(abandon(model, version, guard, world));
      return undefined;
    case 'erase':
      await store.commit(erase(model, version, guard, days, grounds, world));
      return undefined;
    case 'collect':
      return collect(world, found, version);
    case 'compact': {
      const going = found.evaluations.filter((evaluation) => action.evaluations.includes(evaluation.number));
      await store.commit(compact(model, version, going, grounds, world));
      return undefined;
    }
  }
}

/** Whether the policy wants it, and nobody has asked for it: that is what is counted. */
const isPolicy = (model: Model | Grave, { state }: Version, { kind }: Action): boolean =>
  kind === 'archive' || (kind === 'erase' && state === 'complete' && model.kind === 'model');

/** Stops for a day when there would be more of it than is usual: a policy, or a clock, may be wrong. */
async function brake(world: World, { tenant }: Survey, upkeep: Upkeep | undefined): Promise<Outcome | undefined> {
  if (!upkeep) return undefined;
  if (isHalted(upkeep, world.now)) return { next: upkeep.haltedUntil ?? world.now.toISOString() };
  if (!isTooMuch(upkeep, world.now)) return undefined;
  const { haltedUntil } = await world.store.commit(halt(tenant, upkeep, world));
  world.services.log({ code: 'retention.halted', tenant: tenant.id, done: upkeep.done, limit: limitOf(upkeep) });
  return haltedUntil === undefined ? undefined : { next: haltedUntil };
}
