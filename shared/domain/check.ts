import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { type Change, type EntityWrite, momentOf, type Occasion } from './change.ts';
import { type Evidence, Outcome } from './evidence.ts';
import { Metrics } from './metadata.ts';
import { type Model, touched } from './model.ts';
import { line, ModelId, Revision, TenantId, Timestamp, VersionNumber } from './names.ts';
import { isOwn, OWN_PREFIX } from './own-check.ts';
import { Actor } from './principal.ts';
import { CheckName, Label, prose } from './text.ts';
import { keepComplete, revised, type Version } from './version.ts';

const Link = line(2_000);

/** What callers may call a check. */
export const CallersCheckName = CheckName.check(
  z.refine(
    (name: string) => !isOwn(name),
    `expected a name that does not begin with ${OWN_PREFIX}: those are the registry's own`,
  ),
);

/** A page that tells more. Not of https alone: what a CI shows is often within a network of its own. */
const NewLink = Link.check(
  z.refine((link: string) => /^https?:\/\/\S+$/i.test(link) && URL.canParse(link), 'expected an http or https URL'),
);

/** What a check found, as whoever ran it says it. */
export const checkFields = {
  outcome: Outcome,
  summary: z.optional(prose(2_000)),
  link: z.optional(NewLink),
  metrics: z.optional(Metrics),
};

/** The latest outcome of an external test of a version, by name. Earlier ones are in the events. */
export const Check = z.object({
  kind: z.literal('check'),
  tenant: TenantId,
  model: ModelId,
  version: VersionNumber,
  name: Label,
  ...checkFields,
  link: z.optional(Link),
  recordedBy: Actor,
  at: Timestamp,
  revision: Revision,
});
export type Check = z.output<typeof Check>;

/** How many checks callers can record of a version. */
const CHECKS_MAX = 50;

export type CheckInput = Pick<Check, 'name' | 'outcome' | 'summary' | 'link' | 'metrics'>;

/**
 * Records how a test ended, in place of how it ended before. It is other evidence: votes on the former are void.
 * @throws Failure `model.full` when the version has too many checks of other names, `version.incomplete`
 */
export function recordCheck(
  model: Model,
  version: Version,
  before: Check | undefined,
  input: CheckInput,
  occasion: Occasion,
): Change<Check> {
  const title = `${model.name} version ${version.number}`;
  keepComplete(model, version);
  const theirs = Object.keys(version.evidence.checks).filter((name) => !isOwn(name));
  if (!before && theirs.length >= CHECKS_MAX) {
    throw new Failure('model.full', `${title} has ${CHECKS_MAX} checks, and can have no more.`);
  }
  const at = momentOf(model, occasion);
  const { check, write } = checked(version, before, input, at, occasion.actor);
  const { name, outcome, summary, link, revision } = check;
  return {
    result: check,
    head: { replace: touched(model, occasion) },
    writes: [write, { replace: revised(version, at, { evidence: withChecks(version, [check]) }) }],
    event: {
      type: 'check.recorded',
      version: version.number,
      actor: occasion.actor,
      data: { check: name, outcome, checkRevision: revision, ...(summary && { summary }), ...(link && { link }) },
    },
  };
}

/** The next revision of a check. */
export function checked(
  { tenant, model, number: version }: Version,
  before: Check | undefined,
  input: CheckInput,
  at: string,
  recordedBy: Actor,
): { readonly check: Check; readonly write: EntityWrite } {
  const revision = (before?.revision ?? 0) + 1;
  const check: Check = { kind: 'check', tenant, model, version, ...input, recordedBy, at, revision };
  return { check, write: before ? { replace: check } : { create: check } };
}

/** The evidence of a version with these checks in it. */
export const withChecks = ({ evidence }: Version, checks: readonly Check[]): Evidence => ({
  ...evidence,
  checks: {
    ...evidence.checks,
    ...Object.fromEntries(checks.map(({ name, outcome, revision }) => [name, { outcome, revision }])),
  },
});
