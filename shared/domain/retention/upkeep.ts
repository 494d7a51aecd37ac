import * as z from 'zod/mini';
import type { EntityWrite } from '../change.ts';
import { DAY_MS } from '../day.ts';
import { Revision, TenantId, Timestamp } from '../names.ts';

/** What retention remembers of a tenant: how much it did lately, against a policy or a clock that went wrong. */
export const Upkeep = z.object({
  kind: z.literal('upkeep'),
  tenant: TenantId,
  /** How many versions there were when all of them were looked at last. */
  versions: z.int(),
  /** The day that is counted, from its first action on. */
  since: Timestamp,
  done: z.int(),
  /** Nothing is archived or deleted before this moment. */
  haltedUntil: z.optional(Timestamp),
  revision: Revision,
});
export type Upkeep = z.output<typeof Upkeep>;

/** How much of a tenant's versions may be archived or deleted in a day, and how many in any case. */
const SHARE_MAX = 0.05;
const ALWAYS = 20;

export const limitOf = (upkeep: Upkeep | undefined): number =>
  Math.max(ALWAYS, Math.floor((upkeep?.versions ?? 0) * SHARE_MAX));

export const isHalted = (upkeep: Upkeep | undefined, now: Date): boolean =>
  upkeep?.haltedUntil !== undefined && now.toISOString() < upkeep.haltedUntil;

/** Whether a further action today would be more than is usual. */
export const isTooMuch = (upkeep: Upkeep | undefined, now: Date): boolean => doneToday(upkeep, now) >= limitOf(upkeep);

const doneToday = (upkeep: Upkeep | undefined, now: Date): number =>
  upkeep && now.getTime() - Date.parse(upkeep.since) < DAY_MS ? upkeep.done : 0;

/** Counts one action more, of a count that nobody else has changed meanwhile. */
export function counted(tenant: TenantId, upkeep: Upkeep | undefined, now: Date): EntityWrite {
  const done = doneToday(upkeep, now);
  const { versions = 0, revision = 0, haltedUntil } = upkeep ?? {};
  const since = done === 0 ? now.toISOString() : (upkeep?.since ?? now.toISOString());
  const after: Upkeep = {
    kind: 'upkeep',
    tenant,
    versions,
    since,
    done: done + 1,
    ...(haltedUntil !== undefined && { haltedUntil }),
    revision: revision + 1,
  };
  return upkeep ? { replace: after } : { create: after };
}

/** Remembers how many versions there are. */
export function surveyed(tenant: TenantId, upkeep: Upkeep | undefined, versions: number, now: Date): EntityWrite {
  const after: Upkeep = {
    ...(upkeep ?? { kind: 'upkeep', tenant, since: now.toISOString(), done: 0 }),
    versions,
    revision: (upkeep?.revision ?? 0) + 1,
  };
  return upkeep ? { replace: after } : { create: after };
}

/** Halted for a day, in which somebody may look into it, and place a hold. */
export const halted = (upkeep: Upkeep, now: Date): Upkeep => ({
  ...upkeep,
  haltedUntil: new Date(now.getTime() + DAY_MS).toISOString(),
  revision: upkeep.revision + 1,
});
