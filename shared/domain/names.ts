import * as z from 'zod/mini';

/** Names an organisation unit whose data nobody else can see. */
export const TenantId = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9-]{1,62}$/, 'expected 2 to 63 of a-z, 0-9 and -, not - at the beginning'))
  .brand<'TenantId'>();
export type TenantId = z.output<typeof TenantId>;

const isClean = (text: string) => text.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);

/** At most so many characters, as people count them: code points, of which some are two units of UTF-16. */
export function charactersAtMost(max: number) {
  const check = z.refine<string>(
    (text) => text.length <= max || (text.length <= 2 * max && [...text].length <= max),
    `expected at most ${max} characters`,
  );
  // JSON Schema counts code points too: `maxLength` of the document is this.
  check._zod.onattach.push(({ _zod }) => {
    _zod.bag['maximum'] = max;
  });
  return check;
}

/** One line of text of 1 to `max` characters: no control characters, no half surrogate pairs. */
export const line = (max: number) =>
  z
    .string()
    .check(
      z.minLength(1, 'expected at least 1 character'),
      charactersAtMost(max),
      z.refine(isClean, 'expected no control characters and no broken Unicode'),
    );

/** Text in one Unicode form, so that what looks equal is equal bytes. */
export const inNfc = z.refine<string>((text) => text === text.normalize('NFC'), 'expected Unicode in NFC');

/** Clients resolve `.` and `..` in the path of a URL: nothing of this name could be asked for. */
const noDots = z.refine<string>((name) => name !== '.' && name !== '..', 'expected neither . nor ..');

/** What a model may be called: MLflow's rule, in one Unicode form. */
export const ModelName = line(250)
  .check(
    z.refine((name: string) => !/[/:]/.test(name), 'expected no / and no :'),
    noDots,
    inNfc,
  )
  .brand<'ModelName'>();
export type ModelName = z.output<typeof ModelName>;

/** Whether there is anything to see in a text: not spaces alone, nor characters of no width. */
export const isSeen = (text: string): boolean => /[^\s\u2800\p{Default_Ignorable_Code_Point}]/u.test(text);

const seen = z.refine<string>((text) => text === '' || isSeen(text), 'expected a character that is seen');

/** What a model may be called from now on: a name of nothing that is seen can neither be read nor typed. */
export const NewModelName = ModelName.check(seen);

/** The id of a thing: a ULID. */
export const ulidOf = (what: string) =>
  z
    .string()
    .check(z.regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, `expected the id of ${what}, such as 01JNF4YVQ4R9S8T7V6W5X4Y3Z2`));

/** The immutable identity of a model, whatever its name: a ULID. */
export const ModelId = ulidOf('a model').brand<'ModelId'>();
export type ModelId = z.output<typeof ModelId>;

/** The last number that a version can have. */
export const VERSION_MAX = 99_999_999;

/** Versions of a model are numbered 1, 2, 3 … */
export const VersionNumber = z
  .number()
  .check(
    z.int('expected a whole number'),
    z.gte(1, 'expected 1 or more'),
    z.lte(VERSION_MAX, `expected at most ${VERSION_MAX}`),
  )
  .brand<'VersionNumber'>();
export type VersionNumber = z.output<typeof VersionNumber>;

const RESERVED = new Set(['none', 'staging', 'production', 'archived', 'latest', '__proto__']);

/** A movable name for a version. Never a number or a stage, which name versions too. */
export const Alias = z
  .string()
  .check(
    z.regex(/^[A-Za-z0-9_.-]{1,100}$/, 'expected 1 to 100 of A-Z, a-z, 0-9, _, . and -'),
    z.refine((alias: string) => !/^v?\d+$/i.test(alias), 'expected something else than a version number'),
    z.refine(
      (alias: string) => !RESERVED.has(alias.toLowerCase()),
      'expected something else than a stage, `latest` or `__proto__`',
    ),
    noDots,
  )
  .brand<'Alias'>();
export type Alias = z.output<typeof Alias>;

/** A SHA-256 in lower-case hexadecimal. */
export const Sha256 = z
  .string()
  .check(z.regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 as 64 lower-case hexadecimal digits'))
  .brand<'Sha256'>();
export type Sha256 = z.output<typeof Sha256>;

/** A moment in UTC with milliseconds, as it is stored and answered. */
export const Timestamp = z.iso.datetime('expected a time such as 2026-01-31T12:00:00Z');

/** How often an entity was written: 1 when new. It is the entity's ETag. */
export const Revision = z.number().check(z.int(), z.gte(1));

/** A reason, or another short word of somebody, as it is kept. */
export const Remark = line(1_000);

/** Why somebody does something out of the ordinary: kept in the event. A blank one is none. */
export const Reason = Remark.check(seen);
