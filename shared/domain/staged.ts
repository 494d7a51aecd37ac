import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { clashesOf, FILES_MAX, FilePath } from './artifact.ts';
import { DAY_MS } from './day.ts';
import { Sha256, TenantId, Timestamp } from './names.ts';
import { Principal } from './principal.ts';

/** For how many days an uploaded file waits for a version to have it. */
export const STAGED_DAYS = 30;

/** What S3 copies in one go. */
const BYTES_MAX = 5 * 2 ** 30;
/** The path is a key of the table, with something before it. */
const PATH_BYTES_MAX = 1_000;

/** Where an uploaded file lies among those of whoever uploaded it. */
export const StagedPath = FilePath.check(
  z.refine(
    (path: string) => Buffer.byteLength(path) <= PATH_BYTES_MAX,
    `expected at most ${PATH_BYTES_MAX} bytes of UTF-8`,
  ),
);

/** The bytes of an uploaded file: an object of its own that never changes. Another upload to the same path is another one. */
const bytes = { object: z.string(), bytes: z.int(), etag: z.string(), expiresAt: z.int() };

/**
 * A file that was uploaded, and that no version has yet. It is its uploader's alone: what others could change before it is
 * registered would be registered in the name of whoever registers.
 */
export const Staged = z.object({
  kind: z.literal('staged'),
  tenant: TenantId,
  by: Principal,
  path: StagedPath,
  at: Timestamp,
  ...bytes,
});
export type Staged = z.output<typeof Staged>;

/** Where the files of a model that a run logged were uploaded to, by what its tracking server calls it. */
export const Logged = z.object({
  kind: z.literal('logged'),
  tenant: TenantId,
  by: Principal,
  loggedModelId: z.string(),
  directory: StagedPath,
  expiresAt: z.int(),
});
export type Logged = z.output<typeof Logged>;

/** A file of a version that is being taken in, as it was when the version was registered; its SHA-256 once it was read. */
export const Received = z.object({
  kind: z.literal('received'),
  tenant: TenantId,
  /** Of all files of the version. */
  list: z.string(),
  place: z.int(),
  path: FilePath,
  sha256: z.optional(Sha256),
  ...bytes,
});
export type Received = z.output<typeof Received>;

/** Where the bytes of an uploaded file lie. The object store removes them some time after their row is over. */
export const stagedKey = (tenant: TenantId, object: string): string => `${STAGED_PREFIX}${tenant}/${object}`;
export const STAGED_PREFIX = 'staged/';

/** When a row is over that begins now, in seconds since the epoch. */
export const stagedUntil = (now: Date): number => Math.floor((now.getTime() + STAGED_DAYS * DAY_MS) / 1_000);

/** Whether a row is still good: the table may take its time to remove it. */
export const isLive = ({ expiresAt }: { readonly expiresAt: number }, now: Date): boolean =>
  expiresAt * 1_000 > now.getTime();

/** A path without the folder that it lies in. */
export const below = (directory: string, path: string): string =>
  directory === '' ? path : path.slice(directory.length + 1);

/** The logged model that a file is the description of, if it is that of one, in the layout of MLflow's clients. */
export function loggedBy({ tenant, by, path, expiresAt }: Staged): Logged | undefined {
  const [, directory, loggedModelId] = /^((?:.+\/)?models\/(m-[0-9a-f]{32})\/artifacts)\/MLmodel$/.exec(path) ?? [];
  if (directory === undefined || loggedModelId === undefined) return undefined;
  return { kind: 'logged', tenant, by, loggedModelId, directory, expiresAt };
}

/**
 * The files of a version to be, as they are uploaded now.
 * @throws Failure `request.invalid`, for what could not be the files of a version
 */
export function receivedFrom(
  directory: string,
  files: readonly Staged[],
  list: string,
  now: Date,
): readonly [Received, ...Received[]] {
  const all = files.map(({ kind: _, by: _by, at: _at, path, ...file }, place): Received => {
    return { ...file, kind: 'received', list, place, path: below(directory, path), expiresAt: stagedUntil(now) };
  });
  const [first, ...rest] = all;
  if (!first) throw refused(directory, 'nothing was uploaded there by you, or it was too long ago');
  if (all.length > FILES_MAX) throw refused(directory, `expected at most ${FILES_MAX} files, got ${all.length}`);
  const large = all.find((file) => file.bytes > BYTES_MAX);
  if (large) throw refused(directory, `${large.path} has ${large.bytes} bytes, expected at most ${BYTES_MAX}`);
  for (const { message } of clashesOf(all)) throw refused(directory, message);
  return [first, ...rest];
}

const refused = (directory: string, message: string): Failure =>
  new Failure('request.invalid', `Invalid model version source: '${directory}': ${message}.`, {
    issues: [{ field: 'source', message }],
  });
