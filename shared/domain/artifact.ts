import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { canonicalJson, digestOf } from './canonical.ts';
import { Format, Problem } from './format/finding.ts';
import { inNfc, ModelId, Revision, Sha256, TenantId, VersionNumber } from './names.ts';

/** How many files a version can have. */
export const FILES_MAX = 5_000;
/** Files above this size travel in parts of this size, the last one shorter. */
export const PART_BYTES = 64 * 2 ** 20;
const PARTS_MAX = 10_000;

/** Below the folder it is put into, on every system: on Windows `C:x` and `a\b` are not. */
const isRelative = (path: string): boolean =>
  !/\\|^[A-Za-z]:/.test(path) &&
  path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');

/** Where a file lies in its version: relative, with `/`, in one Unicode form. */
export const FilePath = z.string().check(
  z.minLength(1, 'expected at least 1 character'),
  z.refine((path: string) => Buffer.byteLength(path) <= 1_024, 'expected at most 1024 bytes of UTF-8'),
  z.refine(isRelative, 'expected a relative path with / between names, without . and ..'),
  z.refine((path: string) => path.isWellFormed() && !/\p{Cc}/u.test(path), 'expected no control characters'),
  inNfc,
);

/** One line of a manifest: where a file lies, and what its bytes are. */
export const ManifestFile = z.object({ path: FilePath, bytes: z.int(), sha256: Sha256 });
export type ManifestFile = z.output<typeof ManifestFile>;

/** The files of a version, by path. */
export const Manifest = z.object({ files: z.array(ManifestFile) });
export type Manifest = z.output<typeof Manifest>;

/** A file as it is registered. Above 64 MiB the client states the SHA-256 of each 64 MiB part as well. */
export const RegisteredFile = z.strictObject({
  path: FilePath,
  bytes: z
    .number()
    .check(
      z.int('expected a whole number'),
      z.gte(0, 'expected 0 or more'),
      z.lte(PART_BYTES * PARTS_MAX, `expected at most ${PART_BYTES * PARTS_MAX}`),
    ),
  sha256: Sha256,
  parts: z.optional(z.array(Sha256).check(z.maxLength(PARTS_MAX, `expected at most ${PARTS_MAX} parts`))),
});
export type RegisteredFile = z.output<typeof RegisteredFile>;

/** How many parts a file travels in: none when it goes in one piece. */
export const partsOf = (bytes: number): number => (bytes > PART_BYTES ? Math.ceil(bytes / PART_BYTES) : 0);

/** How many bytes the part of this number has, counted from 1. */
export const partBytes = (bytes: number, part: number): number => Math.min(PART_BYTES, bytes - (part - 1) * PART_BYTES);

/** The files of a registration: at least one, none twice, none that a file system could not tell from another. */
export const RegisteredFiles = z.array(RegisteredFile).check(
  z.minLength(1, 'expected at least one file'),
  z.maxLength(FILES_MAX, `expected at most ${FILES_MAX} files`),
  z.check((context) => {
    for (const { at, field, message } of contradictions(context.value)) {
      context.issues.push({ code: 'custom', path: [at, field], message, input: context.value });
    }
  }),
);

interface Contradiction {
  readonly at: number;
  readonly field: keyof RegisteredFile;
  readonly message: string;
}

function* contradictions(files: readonly RegisteredFile[]): Generator<Contradiction> {
  yield* clashesOf(files);
  const sizes = new Map<string, number>();

  for (const [at, { bytes, sha256, parts }] of files.entries()) {
    const size = sizes.get(sha256) ?? bytes;
    if (size !== bytes) yield { at, field: 'bytes', message: `expected ${size}, as another file of this SHA-256 has` };
    if (bytes === 0 && sha256 !== NOTHING) {
      yield { at, field: 'sha256', message: `expected ${NOTHING}, which is that of an empty file` };
    }
    if (bytes > 0 && sha256 === NOTHING) {
      yield { at, field: 'bytes', message: 'expected 0: the SHA-256 is that of an empty file' };
    }
    if ((parts?.length ?? 0) !== partsOf(bytes)) {
      yield { at, field: 'parts', message: `expected the SHA-256 of ${partsOf(bytes)} parts of ${PART_BYTES} bytes` };
    }
    sizes.set(sha256, size);
  }
}

/** The paths that cannot be beside those before them: a file system could not tell them apart, or has no place for both. */
export function* clashesOf(files: readonly { readonly path: string }[]): Generator<Contradiction> {
  const all = new Map(files.map(({ path }) => [folded(path), path]));
  const before = new Map<string, string>();

  for (const [at, { path }] of files.entries()) {
    const name = folded(path);
    const twin = before.get(name);
    const folder = foldersOf(name).find((one) => all.has(one));
    if (twin === path) yield { at, field: 'path', message: `${path} is there twice` };
    else if (twin !== undefined) yield { at, field: 'path', message: `differs from ${twin} only by case` };
    if (folder !== undefined) yield { at, field: 'path', message: `lies in ${all.get(folder)}, which is a file` };
    before.set(name, path);
  }
}

/** The SHA-256 of an empty file. */
const NOTHING = hash('sha256', '', 'hex');

/** One spelling for all that differ only by case: down, up and down again, as ẞ has no way back from above and ß grows. */
const folded = (path: string): string =>
  path.normalize('NFD').toLowerCase().toUpperCase().toLowerCase().normalize('NFC');

const foldersOf = (path: string): string[] => [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));

const manifestOf = (files: readonly ManifestFile[]): Manifest => ({
  files: files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })).sort((a, b) => (a.path < b.path ? -1 : 1)),
});

/** The text of a manifest as it is stored: its SHA-256 is the root digest. */
export const manifestText = (manifest: Manifest): string => canonicalJson(manifest);

/** The files of a registration: their manifest, and the root digest that is its SHA-256. */
export interface Files {
  readonly manifest: Manifest;
  readonly rootDigest: Sha256;
}

export function filesOf(registered: readonly ManifestFile[]): Files {
  const manifest = manifestOf(registered);
  return { manifest, rootDigest: Sha256.parse(digestOf(manifest)) };
}

/** Guards that a root digest is registered once in a model, and says by which version. */
export const DigestGuard = z.object({
  kind: z.literal('digest'),
  tenant: TenantId,
  model: ModelId,
  digest: Sha256,
  version: VersionNumber,
  revision: Revision,
});
export type DigestGuard = z.output<typeof DigestGuard>;

/** Says that a version uses these bytes. Written before the version: without one it means nothing. */
export const ObjectReference = z.object({
  kind: z.literal('reference'),
  tenant: TenantId,
  sha256: Sha256,
  model: ModelId,
  rootDigest: Sha256,
});
export type ObjectReference = z.output<typeof ObjectReference>;

/**
 * Says that the bytes of an object were read and have this SHA-256, and what was found in them: they are read once, not
 * each time that a version has them.
 */
export const ProvenObject = z.object({
  kind: z.literal('proof'),
  tenant: TenantId,
  sha256: Sha256,
  bytes: z.int(),
  /** Of the object that was read: another one under this name is none that is proved. */
  etag: z.optional(z.string()),
  /** By the rules of that number, and under that path: some of what is wrong with a file is its name. */
  found: z.optional(z.object({ rules: z.int(), path: z.string(), format: Format, problems: z.array(Problem) })),
});
export type ProvenObject = z.output<typeof ProvenObject>;

/**
 * How far the reading of a large object has come: the state of its SHA-256 behind so many bytes. Whoever goes on from
 * here comes to the same end, as long as the object has this ETag.
 */
export const Reading = z.object({
  kind: z.literal('reading'),
  tenant: TenantId,
  sha256: Sha256,
  etag: z.string(),
  bytes: z.int(),
  state: z.string(),
  /** In seconds since the epoch. */
  expiresAt: z.int(),
});
export type Reading = z.output<typeof Reading>;

/** Where the bytes of a tenant's object lie: identical files are stored once per tenant, never across tenants. */
export const objectKey = (tenant: TenantId, sha256: Sha256): string => `t/${tenant}/sha256/${sha256}`;

/** Where the manifest of a root digest lies. */
export const manifestKey = (tenant: TenantId, rootDigest: Sha256): string => `t/${tenant}/manifests/${rootDigest}.json`;
