import type { Retained } from '../domain/hold.ts';
import type { Model } from '../domain/model.ts';
import { letGo, letModelGo } from '../domain/retention/retained.ts';
import { enteredAt, type Version } from '../domain/version.ts';
import type { Context } from './endpoint.ts';
import { loadTenant } from './load.ts';

/** How many changes of production are read, to find a replacement that lasted. */
const REIGNS_MAX = 1_000;

/** What rule 12 says of the deletion of a version. */
export async function loadRetained(context: Context, model: Model, version: Version): Promise<Retained> {
  const { store, caller, now } = context;
  const isFormer = version.releasedAt !== undefined;
  const [tenant, policies, reigns] = await Promise.all([
    loadTenant(context),
    isFormer ? store.policies(caller.tenant, model.id) : {},
    isFormer ? store.reignsFrom(model, new Date(enteredAt(version)), REIGNS_MAX) : [],
  ]);
  return letGo(model, version, { tenant, policies, reigns }, now);
}

/** What rule 12 says of the deletion of a whole model. */
export async function loadRetainedOf(context: Context, model: Model): Promise<Retained> {
  const { store, caller, now } = context;
  const [tenant, last, policies] = await Promise.all([
    loadTenant(context),
    store.lastReign(model),
    store.policies(caller.tenant, model.id),
  ]);
  const onDigests = tenant.holds.flatMap(({ rootDigest }) => rootDigest ?? []);
  const held = (await store.digestsOf(model, onDigests)).map(({ digest }) => digest);
  return letModelGo(model, { tenant, policies, last, held }, now);
}
