import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { digestOf } from './canonical.ts';
import { type Change, type EntityWrite, momentOf, type Occasion } from './change.ts';
import type { Model } from './model.ts';
import { ModelId, Revision, TenantId, Timestamp } from './names.ts';
import { PolicyDocument } from './policy-document.ts';
import { Principal } from './principal.ts';
import { isVoting, VOTING_ROLES } from './role.ts';
import { ActiveStage } from './stage.ts';
import type { Tenant } from './tenant.ts';

/** A policy of a tenant, or of one model, as it was put. */
export const Policy = z.object({
  kind: z.literal('policy'),
  tenant: TenantId,
  /** Absent in the policy of the tenant. */
  model: z.optional(ModelId),
  document: PolicyDocument,
  at: Timestamp,
  by: Principal,
  revision: Revision,
});
export type Policy = z.output<typeof Policy>;

/** The policies of a tenant and of one of its models, as far as they were put. */
export interface Policies {
  readonly ofTenant?: Policy | undefined;
  readonly ofModel?: Policy | undefined;
  /** How often the tenant changed who is who: who may vote rests on that as well. */
  readonly peopleRevision?: number;
}

/** Names a policy that may not be there. */
export interface PolicyRef {
  readonly kind: 'policy';
  readonly tenant: TenantId;
  readonly model?: ModelId | undefined;
}

/** What a decision that rests on a policy demands of the transaction: that the policy is still the one that was read. */
export const sameAs = (policy: Policy | undefined, tenant: TenantId, model?: ModelId): EntityWrite =>
  policy ? { unchanged: policy } : { absent: { kind: 'policy', tenant, model } };

/**
 * What a decision that rests on the policies demands of the transaction. That of the model is as it was read as long as
 * the model is: who puts one writes the model too.
 */
export const restingOn = ({ ofTenant }: Policies, { tenant }: Pick<Model, 'tenant'>): EntityWrite =>
  sameAs(ofTenant, tenant);

/**
 * Puts the policy of a tenant. Its lifecycle is that of models to come: those that exist keep theirs.
 * @throws Failure `request.invalid`
 */
export function putTenantPolicy(
  tenant: Tenant,
  before: Policy | undefined,
  document: PolicyDocument,
  occasion: Occasion,
): Change<Policy> {
  keepVotable(document);
  const at = momentOf(tenant, occasion);
  const policy = next(before, { kind: 'policy', tenant: tenant.id }, document, at, occasion);
  return {
    result: policy,
    head: { replace: { ...tenant, lastAt: at, revision: tenant.revision + 1 } },
    writes: [before ? { replace: policy } : { create: policy }],
    event: { type: 'policy.changed', actor: occasion.actor, data: summary(policy) },
  };
}

/**
 * Puts the policy of a model, and gives the model the lifecycle that the policy names.
 * @throws Failure `policy.conflict` when it would be governed with two versions in production, `request.invalid`
 */
export function putModelPolicy(
  model: Model,
  before: Policy | undefined,
  document: PolicyDocument,
  occasion: Occasion,
): Change<{ readonly policy: Policy; readonly model: Model }> {
  keepVotable(document);
  const lifecycle = document.lifecycle ?? model.lifecycle;
  if (lifecycle === 'governed' && model.production.length > 1) {
    const numbers = model.production.join(', ');
    throw new Failure(
      'policy.conflict',
      `${model.name} has the versions ${numbers} in production: a governed model has one.`,
    );
  }
  const at = momentOf(model, occasion);
  const policy = next(before, { kind: 'policy', tenant: model.tenant, model: model.id }, document, at, occasion);
  const after = { ...model, lifecycle, lastAt: at, updatedAt: at, revision: model.revision + 1 };
  return {
    result: { policy, model: after },
    head: { replace: after },
    writes: [before ? { replace: policy } : { create: policy }],
    event: { type: 'policy.changed', actor: occasion.actor, data: summary(policy) },
  };
}

/**
 * A policy goes with its model: whoever gave the name to another one, or made the model anew, would be rid of it.
 * @throws Failure `caller.forbidden` where the model has a policy of its own, and no admin asks
 */
export function keepPolicy({ name }: Model, { ofModel }: Policies, { isAdmin }: { readonly isAdmin: boolean }): void {
  if (isAdmin || Object.keys(ofModel?.document ?? {}).length === 0) return;
  const why = `${name} has a policy of its own, which whatever has this name next would not have`;
  throw new Failure('caller.forbidden', `${why}: this needs the role admin on the model ${name}.`);
}

/** Nobody could ever give the votes of a role that has none. */
function keepVotable({ approvals = {} }: PolicyDocument): void {
  const issues = ActiveStage.options.flatMap((stage) =>
    (approvals[stage]?.roles ?? []).flatMap((role, index) => {
      const field = `policy.approvals.${stage}.roles[${index}]`;
      const message = `expected a role that may vote: ${VOTING_ROLES.join(', ')}`;
      return isVoting(role) ? [] : [{ field, message }];
    }),
  );
  if (issues.length > 0) throw new Failure('request.invalid', 'Not every role may vote.', { issues });
}

const next = (
  before: Policy | undefined,
  ref: PolicyRef,
  document: PolicyDocument,
  at: string,
  { actor }: Occasion,
): Policy => ({ ...ref, document, at, by: actor.principal, revision: (before?.revision ?? 0) + 1 });

const summary = (policy: Policy) => ({ policyRevision: policy.revision, policyDigest: digestOf(policy.document) });
