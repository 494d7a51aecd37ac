import type { Kept } from '../../domain/change.ts';
import { type Look, later, SWEEP_DAYS } from '../../domain/retention/look.ts';
import { surveyed } from '../../domain/retention/upkeep.ts';
import { LOOK_SHARDS } from '../../store/keys.ts';
import { pagesOf } from '../../store/pages.ts';
import { Conflict } from '../../store/store.ts';
import type { Position } from '../../store/table.ts';
import { carryOut, type One, placeOf } from './carry-out.ts';
import { atThisMoment, type World } from './world.ts';

const PAGE = 100;

type Keeping = Kept<undefined>;

/**
 * Looks at everything that is due, one after the other. It may be killed at any time: what was not finished is due still.
 * `until` is when it stops by itself, and leaves the rest to the next run.
 */
export async function applyRetention(world: World, until: Date): Promise<void> {
  for (let shard = 0; shard < LOOK_SHARDS; shard += 1) {
    const pages = pagesOf((after) => world.store.looks(shard, { by: world.services.now(), limit: PAGE, after }));
    for await (const looks of pages) {
      for (const look of looks) {
        if (world.services.now() >= until) return;
        await attend(atThisMoment(world), look);
      }
    }
  }
}

/** What cannot be done now stays due, and nothing else waits for it. */
async function attend(world: World, { tenant, model, version }: Look): Promise<void> {
  try {
    // The index may be late: what it says is only that there may be something.
    const look = await world.store.look({ tenant, model, version });
    if (look && look.at <= world.now.toISOString()) await lookAt(world, look);
  } catch (error) {
    if (error instanceof Conflict) return;
    world.services.log({ code: 'retention.failed', tenant, model, version, error });
  }
}

async function lookAt(world: World, look: Look): Promise<void> {
  const { tenant, model, version } = look;
  if (model === undefined) return lookAtTenant(world, look);
  if (version === undefined) return lookAtModel(world, { ...look, model });

  const { next } = await carryOut(world, { tenant, model, version });
  await world.store.commit(next === undefined ? forgotten(look) : planned(look, { at: next }));
}

/** Looks at all versions of a model, a page at a time: after each it is known how far it has come. */
async function lookAtModel(world: World, first: Look & { model: NonNullable<Look['model']> }): Promise<void> {
  const { store } = world;
  for (let look = first; ; ) {
    const place = await placeOf(world, look.tenant, look.model);
    if (!place) break;
    const { items, next } = await store.allVersions(place.model, { limit: PAGE, after: look.behind });
    const looks = new Map(
      (
        await store.looksAt(
          place.model,
          items.map(({ number }) => number),
        )
      ).map((one) => [one.version, one]),
    );
    for (const { number: version } of items) {
      const at = await attendOne(world, { tenant: look.tenant, model: look.model, version });
      const known = looks.get(version);
      if (at !== undefined && !(known && known.at <= at)) {
        await store.note([
          { kind: 'look', tenant: look.tenant, model: look.model, version, at, revision: (known?.revision ?? 0) + 1 },
        ]);
      }
    }
    if (!next) return store.commit(forgotten(look));
    look = { ...look, behind: { ...next }, revision: look.revision + 1 };
    await store.commit({ result: undefined, keep: [{ replace: look }] });
  }
  await store.commit(forgotten(first));
}

/** Looks at one of many, and goes on whatever comes of it. Answers when it is to be looked at again. */
async function attendOne(world: World, one: One): Promise<string | undefined> {
  try {
    return (await carryOut(world, one)).next;
  } catch (error) {
    if (!(error instanceof Conflict)) world.services.log({ code: 'retention.failed', ...one, error });
    return world.now.toISOString();
  }
}

/** Has all models of a tenant looked at, and comes again in a week. */
async function lookAtTenant(world: World, first: Look): Promise<void> {
  const { store } = world;
  let look = first;
  for (;;) {
    const { part = 'models', ...behind } = look.behind ?? {};
    const page = { limit: PAGE, ...(Object.keys(behind).length > 0 && { after: behind as Position }) };
    const { items, next } =
      part === 'models' ? await store.models(look.tenant, page, () => true) : await store.graves(look.tenant, page);
    const at = world.now.toISOString();
    await store.note(items.map(({ id: model }) => ({ kind: 'look', tenant: look.tenant, model, at, revision: 1 })));
    const counted = (look.counted ?? 0) + items.reduce((sum, { nextVersion }) => sum + nextVersion - 1, 0);
    if (!next && part === 'graves') {
      const upkeep = await store.upkeep(look.tenant);
      const { keep } = planned(look, { at: later(at, SWEEP_DAYS), behind: undefined, counted: undefined });
      return store.commit({ result: undefined, keep: [...keep, surveyed(look.tenant, upkeep, counted, world.now)] });
    }
    look = { ...look, behind: next ? { part, ...next } : { part: 'graves' }, counted, revision: look.revision + 1 };
    await store.commit({ result: undefined, keep: [{ replace: look }] });
  }
}

const planned = (look: Look, changes: Partial<Look>): Keeping => ({
  result: undefined,
  keep: [{ replace: { ...look, ...changes, revision: look.revision + 1 } }],
});

const forgotten = (look: Look): Keeping => ({ result: undefined, keep: [{ remove: look }] });
