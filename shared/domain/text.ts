import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { canonicalJson } from './canonical.ts';
import { charactersAtMost, line } from './names.ts';

/** Text of any number of lines, with at most `max` characters: no control characters but line breaks and tabs. */
export const prose = (max: number) =>
  z.string().check(
    charactersAtMost(max),
    z.refine(
      (text: string) => text.isWellFormed() && !/[^\P{Cc}\n\r\t]/u.test(text),
      'expected no control characters and no broken Unicode',
    ),
  );

/** What people say of a thing. */
export const Description = prose(10_000);

const POLLUTING = new Set(['__proto__', 'constructor', 'prototype']);

/** The name of a tag, a metric or a parameter. Never a name that JavaScript objects are born with. */
export const Label = line(250).check(
  z.refine((label: string) => !POLLUTING.has(label), 'expected another name: this one means something to JavaScript'),
);

/** What a check is called: `ci/bias`. However its accents are spelled, it is one name. */
export const CheckName = Label.check(z.normalize('NFC'));

const TAGS_MAX = 50;

/** Long enough for the text of a prompt. What is said of one thing is bounded all together: see `keepSmall`. */
const TagValue = prose(100_000);

/** What a caller notes about a thing: names and short texts, 50 at most. */
export const Tags = z
  .record(Label, TagValue)
  .check(
    z.refine(
      (tags: Record<string, string>) => Object.keys(tags).length <= TAGS_MAX,
      `expected at most ${TAGS_MAX} tags`,
    ),
  );
export type Tags = z.output<typeof Tags>;

/** A change of tags: a text sets a tag, `null` removes it, and the rest stay. */
export const TagChanges = z.record(Label, z.nullable(TagValue));
export type TagChanges = z.output<typeof TagChanges>;

/** What people say of a thing, and may say anew. */
export interface Described {
  readonly description: string;
  readonly tags: Tags;
}

/** How it is to be said anew: what is left out stays. */
export interface DescriptionChanges {
  readonly description?: string | undefined;
  readonly tags?: TagChanges | undefined;
}

/**
 * What a description changes: only what is not so already.
 * @throws Failure `request.invalid` when there would be too many tags
 */
export function describedAnew(before: Described, { description, tags = {} }: DescriptionChanges): Partial<Described> {
  const tagsAfter = withTags(before.tags, tags);
  return {
    ...(description !== undefined && description !== before.description && { description }),
    ...(canonicalJson(tagsAfter) !== canonicalJson(before.tags) && { tags: tagsAfter }),
  };
}

/** Longer values of tags are not in events: whoever needs one finds it in the thing itself. */
const TOLD_CHARACTERS_MAX = 250;

/** What an event tells of tags that are others now: which were set, to what, and which were taken away. */
export function toldOfTags({ tags: before }: Pick<Described, 'tags'>, { tags: after = before }: Partial<Described>) {
  const set = Object.entries(after).filter(([key, value]) => before[key] !== value);
  const deleted = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const told = set.map(([key, value]) => ({ key, ...(value.length <= TOLD_CHARACTERS_MAX && { value }) }));
  return { ...(told.length > 0 && { tagsSet: told }), ...(deleted.length > 0 && { tagsDeleted: deleted }) };
}

/**
 * The tags after a change.
 * @throws Failure `request.invalid` when there would be too many
 */
export function withTags(tags: Tags, changes: TagChanges): Tags {
  const merged = new Map(Object.entries(tags));
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) merged.delete(name);
    else merged.set(name, value);
  }
  if (merged.size <= TAGS_MAX) return Object.fromEntries(merged);

  const message = `expected at most ${TAGS_MAX} tags, got ${merged.size} with those that are there`;
  throw new Failure('request.invalid', 'There would be too many tags.', { issues: [{ field: 'tags', message }] });
}
