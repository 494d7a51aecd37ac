import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { type Change, momentOf, type Occasion, unchanged } from './change.ts';
import { NO_TIES, type Ties } from './dependency.ts';
import { GENESIS } from './event.ts';
import { NOT_RETAINED, type Retained } from './hold.ts';
import { keepSmall } from './metadata.ts';
import { Alias, ModelId, ModelName, Revision, Sha256, TenantId, Timestamp, VersionNumber } from './names.ts';
import { type Policy, sameAs } from './policy.ts';
import { Lifecycle, merged } from './policy-document.ts';
import { Principal } from './principal.ts';
import { type Described, Description, type DescriptionChanges, describedAnew, Tags, toldOfTags } from './text.ts';
import { forcedOn, whyNeeded, withCount } from './ties.ts';

/** How many aliases a model can have. */
export const ALIASES_MAX = 100;
/** How many versions can be in staging, or in production, at a time: all may have to move in one transaction of 100 items. */
export const ACTIVE_MAX = 90;

const modelFields = {
  tenant: TenantId,
  id: ModelId,
  name: ModelName,
  description: Description,
  tags: Tags,
  aliases: z.record(Alias, VersionNumber),
  /** Whether the steps between stages are enforced. The model's own: a change of the tenant's policy leaves it alone. */
  lifecycle: Lifecycle,
  /** The versions in each active stage. That production is one list in one item is why there cannot be two by accident. */
  staging: z.array(VersionNumber),
  production: z.array(VersionNumber),
  /** What was in production before, the latest last: where a rollback goes. */
  former: z.array(VersionNumber),
  /** What was in production last, or is: what comes next is compared with it. Of earlier builds it is not known. */
  lastProduction: z.optional(VersionNumber),
  /** How often it was given a name. */
  named: z._default(z.int(), 1),
  /** One more than the last number that is used: above `VERSION_MAX` there is none left. */
  nextVersion: z.int().check(z.gte(1)),
  seq: z.int(),
  headHash: Sha256,
  lastAt: Timestamp,
  createdAt: Timestamp,
  createdBy: Principal,
  updatedAt: Timestamp,
  revision: Revision,
};

/** A named line of versions, with everything that has to be changed by compare-and-swap. */
export const Model = z.object({ kind: z.literal('model'), ...modelFields });
export type Model = z.output<typeof Model>;

/** A deleted model: its name is free again, its history stays. */
export const Grave = z.object({ kind: z.literal('grave'), ...modelFields });
export type Grave = z.output<typeof Grave>;

/** What a model is called, for whoever has its id: approvals and dependencies name models by it. */
export const NameOfModel = z.object({
  kind: z.literal('name'),
  tenant: TenantId,
  model: ModelId,
  name: ModelName,
  revision: Revision,
});
export type NameOfModel = z.output<typeof NameOfModel>;

const nameOf = ({ tenant, id, name, named }: Model): NameOfModel => ({
  kind: 'name',
  tenant,
  model: id,
  name,
  revision: named,
});

export interface ModelInput extends Described {
  readonly name: ModelName;
}

/**
 * Creates a model, under the lifecycle of the tenant's policy. `existing` is the one that has its name already.
 * @throws Failure `model.exists`, and `request.invalid` when there is too much of description and tags
 */
export function createModel(
  tenant: TenantId,
  id: ModelId,
  input: ModelInput,
  { existing, policy }: { readonly existing?: Model | undefined; readonly policy?: Policy | undefined },
  { actor, now }: Occasion,
): Change<Model> {
  keepApart(existing);
  keepSmall({ description: input.description, tags: input.tags });
  const at = now.toISOString();
  const model: Model = {
    kind: 'model',
    tenant,
    id,
    name: input.name,
    description: input.description,
    tags: input.tags,
    aliases: {},
    lifecycle: merged(policy?.document).lifecycle,
    staging: [],
    production: [],
    former: [],
    named: 1,
    nextVersion: 1,
    seq: 0,
    headHash: GENESIS,
    lastAt: at,
    createdAt: at,
    createdBy: actor.principal,
    updatedAt: at,
    revision: 1,
  };
  return {
    result: model,
    head: { create: model },
    writes: [sameAs(policy, tenant), { create: nameOf(model) }],
    event: { type: 'model.created', actor, data: { lifecycle: model.lifecycle } },
  };
}

/** A name is one model's. */
function keepApart(existing: Model | undefined): void {
  if (existing) throw new Failure('model.exists', `There is a model ${existing.name} already.`);
}

/** A changed model, one revision on. */
export function touched<M extends Model | Grave>(
  model: M,
  occasion: Occasion,
  changes: Partial<Omit<Model, 'kind'>> = {},
): M {
  const at = momentOf(model, occasion);
  return { ...model, lastAt: at, updatedAt: at, revision: model.revision + 1, ...changes };
}

/**
 * Describes a model anew.
 * @throws Failure `request.invalid` when there would be too many tags, or too much of them
 */
export function updateModel(model: Model, input: DescriptionChanges, occasion: Occasion): Change<Model> {
  const changes = describedAnew(model, input);
  const fields = Object.keys(changes);
  if (fields.length === 0) return unchanged(model);

  keepSmall({ description: model.description, tags: model.tags, ...changes });
  const updated = touched(model, occasion, changes);
  return {
    result: updated,
    head: { replace: updated },
    writes: [],
    event: { type: 'model.updated', actor: occasion.actor, data: { fields, ...toldOfTags(model, changes) } },
  };
}

/**
 * Gives a model another name. Versions and history hang on its id, so that this is one write whatever its size.
 * `existing` is the model that has the name already.
 * @throws Failure `model.exists`
 */
export function renameModel(
  model: Model,
  existing: Model | undefined,
  name: ModelName,
  occasion: Occasion,
): Change<Model> {
  keepApart(existing);
  const renamed = touched(model, occasion, { name, named: model.named + 1 });
  return {
    result: renamed,
    head: { create: renamed },
    writes: [{ remove: model }, { replace: nameOf(renamed) }],
    event: { type: 'model.renamed', actor: occasion.actor, data: { from: model.name, to: name } },
  };
}

export interface ModelDeletion {
  readonly force: boolean;
  readonly reason?: string | undefined;
  /** Active versions of other models that need one of this. */
  readonly ties?: Ties;
  /** Although versions are in staging or production: of an open lifecycle alone. */
  readonly evenInUse?: boolean;
  /** What rule 12 says of it. */
  readonly retained?: Retained;
}

/**
 * Deletes a model: nobody finds it any more, its name is free, its history stays.
 * @throws Failure `model.in_use` while a version is in staging or production, or is needed by an active version of
 * another model (rule 8), unless forced; `hold.in_force` and `version.retained` where rule 12 keeps it
 */
export function deleteModel(
  model: Model,
  { force, reason, ties = NO_TIES, retained = NOT_RETAINED, evenInUse = false }: ModelDeletion,
  occasion: Occasion,
): Change<Model> {
  const { staging, production } = model;
  const active = [...production, ...staging];
  if (active.length > 0 && !force && !(evenInUse && model.lifecycle === 'open')) {
    throw new Failure('model.in_use', `${model.name} has in staging or production: ${active.join(', ')}.`);
  }
  if (retained.why) throw retained.why;
  const needed = force ? undefined : whyNeeded(ties);
  if (needed !== undefined) throw new Failure('model.in_use', `${model.name} ${needed}.`);

  const grave: Grave = { ...touched(model, occasion), kind: 'grave' };
  const change: Change<Model> = {
    result: model,
    head: { create: grave },
    writes: [{ remove: model }, { remove: nameOf(model) }, ...retained.writes],
    event: {
      type: 'model.deleted',
      actor: occasion.actor,
      data: {
        forced: force,
        ...(reason !== undefined && { reason }),
        staging,
        production,
        ...forcedOn(ties),
      },
    },
  };
  return withCount(change, ties);
}

/** Which models a listing is about. */
export interface ModelFilter {
  readonly contains?: string | undefined;
  readonly tag?: string | undefined;
  readonly tagValue?: string | undefined;
}

/** Whether a listing with this filter shows a model. */
export function isSelected({ name, tags }: Model, { contains, tag, tagValue }: ModelFilter): boolean {
  if (contains !== undefined && !name.toLowerCase().includes(contains.toLowerCase())) return false;
  if (tag === undefined) return true;
  return Object.hasOwn(tags, tag) && (tagValue === undefined || tags[tag] === tagValue);
}
