import { Failure } from '../errors.ts';
import { canonicalJson } from './canonical.ts';
import { type Card, type CardContent, cardAfter } from './card.ts';
import { type Change, momentOf, type Occasion, unchanged } from './change.ts';
import { refOf, type VersionRef } from './dependency.ts';
import { keepSmall } from './metadata.ts';
import { type Model, touched } from './model.ts';
import type { Schema } from './schema.ts';
import { type DescriptionChanges, describedAnew, toldOfTags } from './text.ts';
import { revised, type Version } from './version.ts';

/** What is said of a version after it was registered, by clients that can only say it so. */
export interface Declaration {
  /** What it needs: all of it registered before, so that nothing can need itself on whatever way. */
  readonly needs?: readonly VersionRef[] | undefined;
  readonly schema?: Schema | undefined;
  readonly card?: CardContent | undefined;
}

/** Whether nothing rests yet on what a version is said to be: it has never been in a stage. */
const isUndecided = ({ stage, stageAt }: Version): boolean => stage === 'none' && stageAt === undefined;

/**
 * Describes a version, and says with it what it needs, what it takes and what people have to know of it. Where nothing is
 * declared it is `updateVersion`.
 * @throws Failure `request.invalid` once the version has been in a stage, or when it is too much
 */
export function declare(
  model: Model,
  version: Version,
  { card: content, ...declaration }: Declaration,
  description: DescriptionChanges,
  occasion: Occasion,
): Change<Version> {
  keepUndecided(model, version);
  const declared = Object.fromEntries(Object.entries(declaration).filter(([, value]) => value !== undefined));
  const changes: Partial<Version> = { ...describedAnew(version, description), ...declared };
  const fields = Object.entries(changes)
    .filter(([name, value]) => canonicalJson({ value }) !== canonicalJson({ value: version[name as keyof Version] }))
    .map(([name]) => (name === 'needs' ? 'dependsOn' : name));
  const carded = content && cardAfter(model, version, content, occasion);
  if (fields.length === 0 && !carded) return unchanged(version);

  keepAllSmall({ ...version, ...changes });
  const updated = revised(version, momentOf(model, occasion), {
    ...changes,
    ...(carded && { evidence: carded.evidence }),
  });
  return {
    result: updated,
    head: { replace: touched(model, occasion, { updatedAt: model.updatedAt }) },
    writes: [{ replace: updated }, ...(carded ? [{ create: carded.card }] : [])],
    event: told(version, { fields, ...toldOfTags(version, changes) }, carded?.card, occasion),
  };
}

type Told = Extract<Change<Version>, { event: unknown }>['event'];

type Changed = ReturnType<typeof toldOfTags> & { readonly fields: string[] };

function told({ number }: Version, { fields, ...tags }: Changed, card: Card | undefined, { actor }: Occasion): Told {
  if (!card) return { type: 'version.updated', version: number, actor, data: { fields, ...tags } };
  const data = { cardRevision: card.revision, cardDigest: card.digest, ...(fields.length > 0 && { fields }), ...tags };
  return { type: 'card.changed', version: number, actor, data };
}

function keepUndecided({ name }: Model, version: Version): void {
  if (isUndecided(version)) return;
  const message = 'expected a version that has never been in a stage: what was decided rests on this';
  throw new Failure('request.invalid', `${name} version ${version.number}: ${message}.`, {
    issues: [{ field: 'tags', message }],
  });
}

function keepAllSmall({ description, tags, metrics, schema, lineage, needs: dependsOn }: Version): void {
  keepSmall({ description, tags, metrics, schema, lineage, dependsOn });
}

/** The registration of a version, with a card from the beginning. */
export function withCard(
  model: Model,
  change: Change<Version>,
  content: CardContent | undefined,
  occasion: Occasion,
): Change<Version> {
  if (!content || change.head === undefined || 'refusal' in change) return change;
  const { result } = change;
  const carded = cardAfter(model, result, content, occasion);
  if (!carded) return change;
  const version: Version = { ...result, evidence: carded.evidence };
  const isIt = (write: (typeof change.writes)[number]) => 'create' in write && write.create === result;
  return {
    ...change,
    result: version,
    writes: [...change.writes.map((write) => (isIt(write) ? { create: version } : write)), { create: carded.card }],
  };
}

/**
 * That all of it was registered before the version: what leads from later to earlier never comes back.
 * @throws Failure `dependency.not_found`
 */
export function keepEarlier(version: Version, needed: readonly Version[]): void {
  const late = needed.filter(({ createdAt }) => createdAt >= version.createdAt);
  if (late.length === 0) return;
  const all = late.map((one) => refOf(one).version).join(', ');
  throw new Failure(
    'dependency.not_found',
    `A version needs what was registered before it, and these were not: version ${all}.`,
  );
}
