import * as z from 'zod/mini';
import { Condition } from '../domain/condition.ts';
import { Dependency } from '../domain/metadata.ts';
import { Model } from '../domain/model.ts';
import { type ModelId, ModelName, VersionNumber } from '../domain/names.ts';
import { type Policies, Policy } from '../domain/policy.ts';
import { merged, PolicyDocument } from '../domain/policy-document.ts';
import { Member, Tenant } from '../domain/tenant.ts';
import type { Transition } from '../domain/transition.ts';
import { stateAt, Version } from '../domain/version.ts';

/** What callers see of a tenant. */
export const TenantView = z.pick(Tenant, { id: true, name: true, createdAt: true, revision: true });

/** What callers see of a member. */
export const MemberView = z.pick(Member, {
  principal: true,
  roles: true,
  person: true,
  addedAt: true,
  addedBy: true,
  revision: true,
});

/** What callers see of a policy: as it was put, and what is in force with everything above it. */
export const PolicyView = z.object({
  model: z.optional(ModelName),
  policy: PolicyDocument,
  effective: PolicyDocument,
  ...z.partial(z.pick(Policy, { at: true, by: true })).shape,
  /** 0 where none was put. */
  revision: z.int(),
});

/** What callers see of a model. */
export const ModelView = z.extend(
  z.pick(Model, {
    id: true,
    name: true,
    description: true,
    tags: true,
    aliases: true,
    lifecycle: true,
    staging: true,
    production: true,
    createdAt: true,
    createdBy: true,
    updatedAt: true,
    revision: true,
  }),
  {
    /** How many version numbers are used. */
    versions: z.int(),
  },
);
export type ModelView = z.output<typeof ModelView>;

/** What callers see of a version. */
export const VersionView = z.object({
  model: ModelName,
  version: VersionNumber,
  ...z.omit(Version, { kind: true, tenant: true, number: true, model: true, needs: true, needed: true }).shape,
  /** What it needs, of models that the caller may read. */
  dependsOn: z.array(Dependency),
  /** How many more it needs, of models that the caller may not read. */
  hiddenDependencies: z.optional(z.int()),
});
export type VersionView = z.output<typeof VersionView>;

/** What a transition did. `revision` is the model's: its ETag. */
export const TransitionView = z.object({
  version: VersionView,
  /** The versions that left production to make room. */
  archived: z.array(VersionNumber),
  /** What did not stand in the way, and had better be known. */
  warnings: z.optional(z.array(Condition)),
  revision: z.int(),
});

/** The policy of the model or, without a model, that of the tenant. */
export function policyView({ ofTenant, ofModel }: Policies, model?: Model) {
  const policy = model ? ofModel : ofTenant;
  return {
    ...(model && { model: model.name }),
    policy: policy?.document ?? {},
    // A model's lifecycle is its own, whatever became the tenant's default since.
    effective: {
      ...merged(ofTenant?.document, ofModel?.document),
      ...(model && { lifecycle: model.lifecycle }),
    },
    ...(policy && { at: policy.at, by: policy.by }),
    revision: policy?.revision ?? 0,
  };
}

/** What a transition did, under the present name of the model. */
export const transitionView = ({ model, version, archived, warnings }: Transition, now: Date, names: Names) => ({
  version: versionView(model, version, now, names),
  archived: [...archived],
  ...(warnings && { warnings: [...warnings] }),
  revision: model.revision,
});

/** A model with what callers count. What else is in it does not leave: answers are cut to their schema on the way out. */
export const modelView = (model: Model): ModelView => ({ ...model, versions: model.nextVersion - 1 });

/** What models are called, by their ids: those that the caller may read. */
type Names = ReadonlyMap<ModelId, ModelName>;

/** A version under the present name of its model, and of those that it needs, in the state of this moment. */
export function versionView(model: Model, { needs, ...version }: Version, now: Date, names: Names): VersionView {
  const dependsOn = needs.flatMap(({ model: id, version: number }) => {
    const name = names.get(id);
    return name === undefined ? [] : [{ model: name, version: number }];
  });
  const hiddenDependencies = needs.length - dependsOn.length;
  return {
    ...version,
    dependsOn,
    ...(hiddenDependencies > 0 && { hiddenDependencies }),
    model: model.name,
    version: version.number,
    state: stateAt(version, now),
  };
}
