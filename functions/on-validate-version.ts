import * as z from 'zod/mini';
import { unchanged } from '../shared/domain/change.ts';
import type { Model } from '../shared/domain/model.ts';
import { ModelId, TenantId, VersionNumber } from '../shared/domain/names.ts';
import { OWN_CHECKS } from '../shared/domain/own-check.ts';
import { isToValidate, promoteByPolicy, validate } from '../shared/domain/validation.ts';
import type { Version } from '../shared/domain/version.ts';
import { loadCase } from '../shared/http/governed.ts';
import { lambdaReaction } from '../shared/reactions/lambda.ts';
import { queued, type ReactionContext } from '../shared/reactions/reaction.ts';
import { settle } from '../shared/reactions/settle.ts';
import { type Readings, readFiles } from '../shared/reactions/validation/read-files.ts';

/** The version that an event is about. */
const About = z.object({ tenant: TenantId, model: z.object({ id: ModelId }), version: VersionNumber });
type About = z.output<typeof About>;

/** Of the quarter of an hour that there is; whatever is left goes to the next one. */
const MILLISECONDS_MAX = 10 * 60_000;

export const onValidateVersion = queued('onValidateVersion', async ({ body }, context) => {
  const about = About.parse(body);
  const found = await find(about, context);
  if (!found) return;

  if (isToValidate(found.version, context.now)) {
    const readings = await read(about, found.version, context);
    if (readings.left > 0) {
      return context.services.queues.send('onValidateVersion', [{ body, group: about.tenant }]);
    }
    await settle(context, () => validated(about, readings, context));
  }
  await settle(context, () => promoted(about, context));
});

/** Model and version as they are now, under whatever name; nothing where one of them is gone. */
async function find({ tenant, model: { id }, version: number }: About, { store }: ReactionContext) {
  const last = (await store.lastNames(tenant, [id])).get(id);
  const model = last && !last.deleted ? await store.model(tenant, last.name) : undefined;
  const version = model && (await store.version(model, number));
  return model?.id === id && version?.state === 'complete' ? { model, version } : undefined;
}

async function read({ tenant }: About, { artifact }: Version, { store, services, now }: ReactionContext) {
  const { artifacts } = services;
  const isLate = () => services.now().getTime() - now.getTime() > MILLISECONDS_MAX;
  const world = { artifacts, store, tenant, now: services.now, isLate };
  return artifact ? readFiles(world, artifact.rootDigest) : { files: [], left: 0 };
}

async function validated(about: About, { files }: Readings, context: ReactionContext) {
  const found = await find(about, context);
  if (!found) return unchanged(undefined);
  const { model, version } = found;
  const before = await Promise.all(OWN_CHECKS.map((name) => context.store.check(model, version.number, name)));
  const occasion = { actor: context.actor, now: context.services.now() };
  return validate(
    model,
    version,
    before.flatMap((check) => check ?? []),
    files,
    occasion,
  );
}

async function promoted(about: About, context: ReactionContext) {
  const found = await find(about, context);
  if (!found) return unchanged(undefined);
  const occasion = { actor: context.actor, now: context.services.now() };
  return promoteByPolicy(found.model, await promotionOf(found.model, found.version, context), occasion);
}

/** What anybody would have to know of a promotion to staging. The registry may see every model of a tenant. */
function promotionOf(model: Model, { number }: Version, { store, services }: ReactionContext) {
  const caller = { tenant: model.tenant, roles: [{ role: 'reader' as const, models: '*' }] };
  const asking = { store, now: services.now(), caller };
  return loadCase(asking, model, number, { stage: 'staging', archiveFormer: false });
}

export const handler = lambdaReaction(onValidateVersion);
