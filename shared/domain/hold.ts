import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { type Change, type EntityWrite, momentOf, type Occasion, unchanged } from './change.ts';
import { line, ModelId, Reason, Revision, Sha256, TenantId, Timestamp, ulidOf, VersionNumber } from './names.ts';
import { isSamePerson } from './people.ts';
import { Actor } from './principal.ts';
import type { Tenant } from './tenant.ts';

export const HoldId = ulidOf('a hold').brand<'HoldId'>();
export type HoldId = z.output<typeof HoldId>;

/**
 * What a legal hold covers: all versions of the tenant, or of one model, or one version, or every version with these
 * files. A model is named by its id: a hold outlives a rename.
 */
const Covered = z.object({
  model: z.optional(ModelId),
  version: z.optional(VersionNumber),
  rootDigest: z.optional(Sha256),
});
export type Covered = z.output<typeof Covered>;

/** `active` until an admin asks for its release, `releasing` until another one confirms that, then `released` for good. */
export const HoldState = z.enum(['active', 'releasing', 'released']);
export type HoldState = z.output<typeof HoldState>;

/** What a hold is for, as the people know it who asked for it: the number of a case, say. */
export const Matter = line(250);

/** A legal hold: nothing that it covers is deleted until two admins have released it. */
export const Hold = z.object({
  kind: z.literal('hold'),
  tenant: TenantId,
  id: HoldId,
  matter: Matter,
  covers: Covered,
  reason: z.optional(Reason),
  state: HoldState,
  placedBy: Actor,
  placedAt: Timestamp,
  release: z.optional(
    z.object({
      reason: Reason,
      requestedBy: Actor,
      requestedAt: Timestamp,
      confirmedBy: z.optional(Actor),
      confirmedAt: z.optional(Timestamp),
    }),
  ),
  revision: Revision,
});
export type Hold = z.output<typeof Hold>;

/** A hold that is in force, as the tenant carries it: whoever deletes anything decides on the tenant as well. */
export const InForce = z.object({ id: HoldId, ...Covered.shape });
export type InForce = z.output<typeof InForce>;

/** How many holds of a tenant can be in force. */
const HOLDS_MAX = 200;

/** What may be covered: a version with its files or, without a number, a whole model with the files of all its versions. */
export interface Thing {
  readonly model: ModelId;
  readonly version?: VersionNumber;
  readonly rootDigests: readonly Sha256[];
}

/** The holds that cover a thing. A whole model is covered by a hold on any version of it. */
export const holdsOn = (holds: readonly InForce[], thing: Thing): HoldId[] =>
  holds.filter((hold) => doesCover(hold, thing)).map(({ id }) => id);

function doesCover(hold: InForce, { model, version, rootDigests }: Thing): boolean {
  if (hold.rootDigest !== undefined) return rootDigests.includes(hold.rootDigest);
  if (hold.model === undefined) return true;
  return hold.model === model && (hold.version === undefined || version === undefined || hold.version === version);
}

/** What a deletion that somebody asks for rests on, and why rule 12 forbids it: then nobody can force it. */
export interface Retained {
  readonly why?: Failure | undefined;
  readonly writes: readonly EntityWrite[];
}

export const NOT_RETAINED: Retained = { writes: [] };

/** Why something under holds is not deleted. */
export function heldBy(name: string, holds: readonly HoldId[]): Failure | undefined {
  const [first, ...others] = holds;
  if (first === undefined) return undefined;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return new Failure('hold.in_force', `${name} is under the legal hold ${first}${more}.`);
}

/**
 * Places a hold: one admin is enough, since nothing can be lost by it.
 * @throws Failure `hold.full`
 */
export function placeHold(
  tenant: Tenant,
  input: Pick<Hold, 'id' | 'matter' | 'covers'> & { readonly reason?: string | undefined },
  occasion: Occasion,
): Change<Hold> {
  if (tenant.holds.length >= HOLDS_MAX) {
    throw new Failure('hold.full', `${tenant.id} has ${HOLDS_MAX} holds in force, and can have no more.`);
  }
  const { id, matter, covers, reason } = input;
  const at = momentOf(tenant, occasion);
  const hold: Hold = {
    kind: 'hold',
    tenant: tenant.id,
    id,
    matter,
    covers,
    ...(reason !== undefined && { reason }),
    state: 'active',
    placedBy: occasion.actor,
    placedAt: at,
    revision: 1,
  };
  const holds = [...tenant.holds, { id, ...covers }];
  return {
    result: hold,
    head: { replace: { ...tenant, holds, lastAt: at, revision: tenant.revision + 1 } },
    writes: [{ create: hold }],
    event: {
      type: 'hold.placed',
      actor: occasion.actor,
      data: { hold: id, matter, ...covers, ...(reason !== undefined && { reason }) },
    },
  };
}

/**
 * Releases a hold, once two admins want it: the first asks, another one confirms.
 * @throws Failure `hold.unconfirmed` when whoever asked is the one who confirms
 */
export function releaseHold(tenant: Tenant, hold: Hold, reason: string, occasion: Occasion): Change<Hold> {
  if (hold.state === 'released') return unchanged(hold);
  const at = momentOf(tenant, occasion);
  const after = { ...tenant, lastAt: at, revision: tenant.revision + 1 };
  const { actor } = occasion;
  const { id, matter, release } = hold;
  if (!release) {
    const asked: Hold = {
      ...hold,
      state: 'releasing',
      release: { reason, requestedBy: actor, requestedAt: at },
      revision: hold.revision + 1,
    };
    return {
      result: asked,
      head: { replace: after },
      writes: [{ replace: asked }],
      event: { type: 'hold.release_requested', actor, data: { hold: id, matter, reason } },
    };
  }
  if (isSamePerson(release.requestedBy, actor)) {
    throw new Failure(
      'hold.unconfirmed',
      `The release of ${id} was asked for by you: another admin has to confirm it.`,
    );
  }
  const released: Hold = {
    ...hold,
    state: 'released',
    release: { ...release, confirmedBy: actor, confirmedAt: at },
    revision: hold.revision + 1,
  };
  return {
    result: released,
    head: { replace: { ...after, holds: tenant.holds.filter((one) => one.id !== id) } },
    writes: [{ replace: released }],
    event: {
      type: 'hold.released',
      actor,
      data: { hold: id, matter, reason, requestedBy: release.requestedBy.principal },
    },
  };
}
