import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { digestOf } from './canonical.ts';
import { type Change, type EntityWrite, momentOf, type Occasion } from './change.ts';
import type { Model } from './model.ts';
import { ModelId, Revision, TenantId, Timestamp } from './names.ts';
import { PolicyDocument } from './policy-document.ts';
import { Principal } from './principal.ts';
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

/** Puts the policy of a tenant. Its lifecycle is that of models to come: those that exist keep theirs. */
export function putTenantPolicy(
  tenant: Tenant,
  before: Policy | undefined,
  document: PolicyDocument,
  occasion: Occasion,
): Change<Policy> {
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
 * @throws Failure `policy.conflict` when it would be governed with two versions in production
 */
export function putModelPolicy(
  model: Model,
  before: Policy | undefined,
  document: PolicyDocument,
  occasion: Occasion,
): Change<{ readonly policy: Policy; readonly model: Model }> {
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

const next = (
  before: Policy | undefined,
  ref: PolicyRef,
  document: PolicyDocument,
  at: string,
  { actor }: Occasion,
): Policy => ({ ...ref, document, at, by: actor.principal, revision: (before?.revision ?? 0) + 1 });

const summary = (policy: Policy) => ({ policyRevision: policy.revision, policyDigest: digestOf(policy.document) });
