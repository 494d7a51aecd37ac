import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { canonicalJson, digestOf } from './canonical.ts';
import { type Change, momentOf, type Occasion, unchanged } from './change.ts';
import { type Model, touched } from './model.ts';
import { isSeen, line, ModelId, Revision, Sha256, TenantId, Timestamp, VersionNumber } from './names.ts';
import { CardField } from './policy-document.ts';
import { Principal } from './principal.ts';
import { Label, prose } from './text.ts';
import { revised, type Version } from './version.ts';

const text = z.optional(prose(20_000));

/** One measured number about one group of people: `{ measure: 'demographic parity', group: 'age < 25', value: 0.91 }`. */
const FairnessMeasure = z.strictObject({
  measure: line(250),
  group: line(250),
  value: z.number('expected a finite number'),
  dataset: z.optional(line(250)),
  note: z.optional(prose(2_000)),
});

/** What a person has to know of a version before it decides about people. All of it is optional; policies demand fields. */
export const CardContent = z.strictObject({
  intendedUse: text,
  limitations: text,
  trainingData: text,
  fairnessEvaluation: z.optional(
    z.array(FairnessMeasure).check(z.maxLength(200, 'expected at most 200 fairness measures')),
  ),
  owner: z.optional(line(250)),
  ethicalConsiderations: text,
  caveats: text,
  /** Whatever else is to be said, by its heading. */
  sections: z.optional(
    z
      .record(Label, prose(20_000))
      .check(z.refine((all: object) => Object.keys(all).length <= 50, 'expected at most 50 sections')),
  ),
});
export type CardContent = z.output<typeof CardContent>;

/** One revision of a version's model card. None is ever changed. */
export const Card = z.object({
  kind: z.literal('card'),
  tenant: TenantId,
  model: ModelId,
  version: VersionNumber,
  content: CardContent,
  digest: Sha256,
  at: Timestamp,
  by: Principal,
  revision: Revision,
});
export type Card = z.output<typeof Card>;

const CARD_BYTES_MAX = 128 * 1024;

/** The fields in which something is said. */
const filledIn = (content: CardContent): CardField[] =>
  CardField.options.filter((field) => {
    const value = content[field];
    return typeof value === 'string' ? isSeen(value) : (value?.length ?? 0) > 0;
  });

/**
 * Puts the card of a version: the next revision of it. It is other evidence: votes on the former are void.
 * @throws Failure `request.invalid` when it is too large
 */
export function putCard(model: Model, version: Version, content: CardContent, occasion: Occasion): Change<Card> {
  const card = cardOf(model, version, content, occasion);
  const before = version.evidence.card;
  if (before?.digest === card.digest) return unchanged({ ...card, revision: before.revision });

  return {
    result: card,
    head: { replace: touched(model, occasion) },
    writes: [{ create: card }, { replace: revised(version, card.at, { evidence: evidenceOf(version, card) }) }],
    event: {
      type: 'card.changed',
      version: version.number,
      actor: occasion.actor,
      data: { cardRevision: card.revision, cardDigest: card.digest },
    },
  };
}

/**
 * The next card of a version with what the version then carries of it; nothing where it says the same already.
 * @throws Failure `request.invalid` when it is too large
 */
export function cardAfter(model: Model, version: Version, content: CardContent, occasion: Occasion) {
  const card = cardOf(model, version, content, occasion);
  if (version.evidence.card?.digest === card.digest) return undefined;
  return { card, evidence: evidenceOf(version, card) };
}

const evidenceOf = ({ evidence }: Version, { revision, digest, content }: Card) => ({
  ...evidence,
  card: { revision, digest, fields: filledIn(content) },
});

function cardOf(model: Model, version: Version, content: CardContent, occasion: Occasion): Card {
  const bytes = Buffer.byteLength(canonicalJson(content));
  if (bytes > CARD_BYTES_MAX) {
    const message = `expected at most ${CARD_BYTES_MAX} bytes, got ${bytes}`;
    throw new Failure('request.invalid', 'The model card is too large.', { issues: [{ field: 'card', message }] });
  }
  const at = momentOf(model, occasion);
  const digest = digestOf(content) as Sha256;
  const before = version.evidence.card;
  return {
    kind: 'card',
    tenant: model.tenant,
    model: model.id,
    version: version.number,
    content,
    digest,
    at,
    by: occasion.actor.principal,
    revision: (before?.revision ?? 0) + 1,
  };
}
