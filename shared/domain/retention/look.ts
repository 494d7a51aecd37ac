import * as z from 'zod/mini';
import { DAY_MS } from '../day.ts';
import type { Event, EventType } from '../event.ts';
import { ModelId, Revision, TenantId, Timestamp, VersionNumber } from '../names.ts';
import { UPLOAD_DAYS } from '../version.ts';

/**
 * That retention is to look at something at a time: at one version, at all versions of a model, or at all models of a
 * tenant. It decides nothing: whoever looks decides on what there is then, so that a look too many does no harm.
 */
export const Look = z.object({
  kind: z.literal('look'),
  tenant: TenantId,
  model: z.optional(ModelId),
  version: z.optional(VersionNumber),
  at: Timestamp,
  /** How far a look at many has come. */
  behind: z.optional(z.record(z.string(), z.string())),
  /** How many versions it has counted so far. */
  counted: z.optional(z.int()),
  revision: Revision,
});
export type Look = z.output<typeof Look>;

/** How often everything of a tenant is looked at, whatever was planned: what a plan missed is found so. */
export const SWEEP_DAYS = 7;

/** What makes retention look at something. */
export const LOOKED_AFTER = [
  'tenant.created',
  'policy.changed',
  'hold.released',
  'model.deleted',
  'version.registered',
  'version.promoted',
  'model.rolled_back',
  'version.archived',
  'version.abandoned',
  'version.deleted',
  'artifact.deleted',
  'evaluation.recorded',
] as const satisfies readonly EventType[];

type Told = Pick<Event, 'tenant' | 'model' | 'version' | 'seq' | 'at' | 'data'> & {
  readonly type: (typeof LOOKED_AFTER)[number];
};

/** What is to be looked at because of an event, and when first. Which days a policy names is found out by the look. */
export function looksAfter({ type, tenant, model, version, seq, at, data }: Told): Look[] {
  const look = { kind: 'look' as const, tenant, at, revision: seq + 1 };
  if (!model) return [look];

  const ofModel = { ...look, model: model.id };
  const one = (number: number | undefined, when = at): Look[] =>
    number === undefined ? [] : [{ ...ofModel, version: number as VersionNumber, at: when }];
  switch (type) {
    case 'tenant.created':
    case 'hold.released':
      return [look];
    case 'policy.changed':
    case 'model.deleted':
      return [ofModel];
    case 'version.registered':
      return one(version, later(at, UPLOAD_DAYS));
    case 'version.promoted':
    case 'model.rolled_back': {
      const { archived = [] } = data as { archived?: readonly number[] };
      return [...one(version), ...archived.flatMap((number) => one(number))];
    }
    case 'version.archived':
    case 'version.abandoned':
    case 'version.deleted':
    case 'artifact.deleted':
    case 'evaluation.recorded':
      return one(version);
  }
}

export const later = (at: string, days: number): string => new Date(Date.parse(at) + days * DAY_MS).toISOString();
