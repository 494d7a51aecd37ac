import pLimit from 'p-limit';
import { readManifest } from '../../artifacts/manifest.ts';
import { objectKey, type ProvenObject } from '../../domain/artifact.ts';
import { DAY_MS } from '../../domain/day.ts';
import { holdsOn } from '../../domain/hold.ts';
import type { ModelId, Sha256, TenantId } from '../../domain/names.ts';
import { begun, isTimely } from '../../domain/retention/removal.ts';
import { revised, type Version } from '../../domain/version.ts';
import type { Place } from '../../http/survey.ts';
import { pagesOf } from '../../store/pages.ts';
import { unlessConflict } from '../../store/store.ts';
import type { Outcome } from './carry-out.ts';
import type { World } from './world.ts';

/** How many objects are dealt with at once. */
const CONCURRENCY = 16;
const PAGE = 100;
/** When what somebody else was at is looked at again: soon after they have to be done. */
const AGAIN_MS = DAY_MS / 24;

/**
 * Removes the bytes of a version whose files were deleted, but for those that another version uses. A crash leaves the
 * version as it is, and whoever comes next does the same once more. Answers when to try again, if not all was possible.
 */
export async function collect(world: World, { tenant }: Place, version: Version): Promise<Outcome | undefined> {
  const { store, services } = world;
  const { artifact, erased } = version;
  if (!artifact || !erased) return undefined;
  const { files } = await readManifest(services.artifacts, tenant.id, artifact.rootDigest);
  const limit = pLimit(CONCURRENCY);
  const digests = [...new Set(files.map(({ sha256 }) => sha256))];
  const settled = await Promise.all(digests.map((sha256) => limit(() => removeUnused(world, tenant.id, sha256))));
  if (!settled.every((isSettled) => isSettled)) {
    return { next: new Date(services.now().getTime() + AGAIN_MS).toISOString() };
  }
  const done = revised(version, version.updatedAt, { erased: { ...erased, pending: false } });
  await store.commit({ result: undefined, keep: [{ replace: done }] });
  return undefined;
}

/**
 * Removes an object that nobody uses. First it says so, then it looks who uses it: see `Removal`. Answers whether that is
 * settled, one way or the other; it is not while somebody else is at it, or when it took too long to be sure.
 */
async function removeUnused(world: World, tenant: TenantId, sha256: Sha256): Promise<boolean> {
  const { store, services } = world;
  const before = await store.removal(tenant, sha256);
  const removal = begun(before, { tenant, sha256 }, services.now());
  if (!removal) return false;
  const said = store.commit({ result: true, keep: [before ? { replace: removal } : { create: removal }] });
  if (!(await unlessConflict(said, false))) return false;
  if (!(await isUsed(world, tenant, sha256))) {
    const key = objectKey(tenant, sha256);
    const object = await services.artifacts.stat(key);
    // What was proved of these bytes is not so of those that may come in their place.
    const proof: ProvenObject = { kind: 'proof', tenant, sha256, bytes: object?.bytes ?? 0 };
    await store.commit({ result: undefined, keep: [{ unchanged: removal }, { forget: proof }] });
    if (!isTimely(removal, services.now())) return false;
    if (object) await services.artifacts.erase(key, object);
  }
  await store.commit({ result: undefined, keep: [{ remove: removal }] });
  return true;
}

/** Whether a version uses an object, or one under a hold may. References that mean nothing any more are passed over. */
async function isUsed({ store }: World, tenantId: TenantId, sha256: Sha256): Promise<boolean> {
  const tenant = await store.tenant(tenantId);
  for await (const references of pagesOf((after) => store.referencesTo(tenantId, sha256, { limit: PAGE, after }))) {
    for (const { model, rootDigest } of references) {
      const thing = { model, rootDigests: [rootDigest] };
      if (!tenant || holdsOn(tenant.holds, thing).length > 0) return true;
      if (await hasFiles(store, { tenant: tenantId, id: model }, rootDigest)) return true;
    }
  }
  return false;
}

/** Whether a model has a version with these files, or one that is about to have them. */
async function hasFiles(
  store: World['store'],
  model: { readonly tenant: TenantId; readonly id: ModelId },
  rootDigest: Sha256,
): Promise<boolean> {
  const guard = await store.digest(model, rootDigest);
  const version = guard && (await store.version(model, guard.version));
  if (!version || version.erased) return false;
  return version.state === 'complete' || version.state === 'uploading';
}
