import { Failure } from '../../errors.ts';
import { DAY_MS } from '../day.ts';
import type { Retained } from '../hold.ts';
import { heldBy, holdsOn, type Thing } from '../hold.ts';
import type { Model } from '../model.ts';
import type { Sha256 } from '../names.ts';
import { type Policies, sameAs } from '../policy.ts';
import { merged } from '../policy-document.ts';
import type { Tenant } from '../tenant.ts';
import { enteredAt, type Version } from '../version.ts';
import { type Keeping, unstable, waiting } from './clauses.ts';
import type { Reign } from './stability.ts';

/** What rule 12 has to know of a version: where it was in production, the policies and who was there since. */
export interface Facts {
  readonly tenant: Tenant;
  readonly policies: Policies;
  readonly reigns: readonly Reign[];
}

/**
 * Whether a version may go: it is under no hold and, if it was ever in production, it is archived for as long as the
 * policy keeps it, with a replacement that has proved itself.
 */
export function letGo(model: Model, version: Version, { tenant, policies, reigns }: Facts, now: Date): Retained {
  const name = `${model.name} version ${version.number}`;
  const { rootDigest } = version.artifact ?? {};
  const why = heldBy(name, holdsOn(tenant.holds, thingOf(version.model, version.number, rootDigest)));
  if (why || version.releasedAt === undefined || version.erased) return { why, writes: [{ unchanged: tenant }] };

  const { artifactHoldDays, productionStableDays } = merged(
    policies.ofTenant?.document,
    policies.ofModel?.document,
  ).retention;
  const left = enteredAt(version);
  const days = `${artifactHoldDays} days after it was archived`;
  const reason =
    stillThere(version, artifactHoldDays + productionStableDays) ??
    waiting('hold_days', left, artifactHoldDays, now, `it was in production, and is kept ${days}`) ??
    (productionStableDays > 0 ? unstable(version.number, left, reigns, productionStableDays, now) : undefined);
  return {
    why: reason && retained(name, reason.detail, reason.until),
    writes: [
      { unchanged: tenant },
      sameAs(policies.ofTenant, tenant.id),
      sameAs(policies.ofModel, tenant.id, model.id),
    ],
  };
}

/** A version that is in production has no replacement; only where the policy keeps nothing it needs none. */
const stillThere = ({ stage }: Version, days: number): Pick<Keeping, 'detail' | 'until'> | undefined =>
  stage === 'production' && days > 0 ? { detail: 'it is in production: archive it first' } : undefined;

/**
 * Whether a whole model may go: no hold covers it or one of its versions, and nothing was in production for as long as
 * the policy keeps that. `held` are the digests under a hold that it has versions of.
 */
export function letModelGo(
  model: Model,
  {
    tenant,
    policies,
    last,
    held,
  }: Omit<Facts, 'reigns'> & { readonly last: Reign | undefined; readonly held: readonly Sha256[] },
  now: Date,
): Retained {
  const why = heldBy(model.name, holdsOn(tenant.holds, { model: model.id, rootDigests: held }));
  if (why || !last) return { why, writes: [{ unchanged: tenant }] };

  const { artifactHoldDays, productionStableDays } = merged(
    policies.ofTenant?.document,
    policies.ofModel?.document,
  ).retention;
  const days = Math.max(artifactHoldDays, productionStableDays);
  const until = new Date(Date.parse(last.at) + days * DAY_MS);
  const inProduction = model.production.length > 0;
  const detail = inProduction
    ? `version ${model.production.join(', ')} is in production, and is kept ${days} days after it was archived`
    : `it had versions in production, and is kept ${days} days after the last was archived`;
  const isKept = days > 0 && (inProduction || now < until);
  return {
    why: isKept ? retained(model.name, detail, inProduction ? undefined : until.toISOString()) : undefined,
    writes: [
      { unchanged: tenant },
      sameAs(policies.ofTenant, tenant.id),
      sameAs(policies.ofModel, tenant.id, model.id),
    ],
  };
}

const retained = (name: string, detail: string, until?: string): Failure =>
  new Failure('version.retained', `${name} is not deleted: ${detail}${until ? `, until ${until}` : ''}.`);

/** A version as holds cover it. */
export const thingOf = (
  model: Version['model'],
  version: Version['number'],
  rootDigest: Sha256 | undefined,
): Thing => ({
  model,
  version,
  rootDigests: rootDigest ? [rootDigest] : [],
});
