import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { type Change, momentOf, type Occasion } from './change.ts';
import { Outcome } from './evidence.ts';
import { Metrics } from './metadata.ts';
import { type Model, touched } from './model.ts';
import { line, ModelId, Revision, TenantId, Timestamp, VersionNumber } from './names.ts';
import { Actor } from './principal.ts';
import { Label, prose } from './text.ts';
import { keepComplete, revised, type Version } from './version.ts';

const Link = line(2_000);

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

/** How many checks a version can have. */
const CHECKS_MAX = 50;

type CheckInput = Pick<Check, 'name' | 'outcome' | 'summary' | 'link' | 'metrics'>;

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
  const { checks } = version.evidence;
  if (!before && Object.keys(checks).length >= CHECKS_MAX) {
    throw new Failure('model.full', `${title} has ${CHECKS_MAX} checks, and can have no more.`);
  }
  const at = momentOf(model, occasion);
  const revision = (before?.revision ?? 0) + 1;
  const place = { kind: 'check', tenant: model.tenant, model: model.id, version: version.number } as const;
  const check: Check = { ...place, ...input, recordedBy: occasion.actor, at, revision };
  const { name, outcome, summary, link } = check;
  const evidence = { ...version.evidence, checks: { ...checks, [name]: { outcome, revision } } };
  return {
    result: check,
    head: { replace: touched(model, occasion) },
    writes: [before ? { replace: check } : { create: check }, { replace: revised(version, at, { evidence }) }],
    event: {
      type: 'check.recorded',
      version: version.number,
      actor: occasion.actor,
      data: { check: name, outcome, checkRevision: revision, ...(summary && { summary }), ...(link && { link }) },
    },
  };
}
