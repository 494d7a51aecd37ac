import { hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { operations, type Sent } from '../../shared/contract/operations.ts';
import { partsOf } from '../../shared/domain/artifact.ts';
import type { Issue } from '../../shared/errors.ts';
import { issuesOf } from '../../shared/http/field.ts';
import { Complaint } from '../complaint.ts';
import { wrongInput } from '../input.ts';
import { readJson, readJsonObject } from '../read-json.ts';
import { numberedVersion } from '../reference.ts';
import type { Session } from '../session.ts';
import { itemOf, pairOf, recordOf } from '../values.ts';
import { codeOf } from './git.ts';
import type { HashedFile } from './hash-all.ts';
import type { Found } from './walk.ts';

/** What a push says of a version besides its files. */
export interface RegistrationOptions {
  readonly model: string;
  readonly metric?: readonly string[];
  readonly metrics?: string;
  readonly schema?: string;
  readonly description?: string;
  readonly tag?: readonly string[];
  readonly runId?: string;
  readonly commit?: string;
  readonly repository?: string;
  readonly dataset?: readonly string[];
  readonly dependsOn?: readonly string[];
}

type Registration = Sent<'registerVersion'>;

/**
 * What is to be registered, once the files are hashed. All else is checked now: nobody should wait for hashes to hear
 * of a slip.
 * @throws Complaint naming what does not fit
 */
export async function registrationOf(
  session: Session,
  root: string,
  found: readonly Found[],
  options: RegistrationOptions,
): Promise<(files: readonly HashedFile[]) => Registration> {
  const described = await describedBy(session, root, options);
  if (found.length === 0) throw new Complaint('usage', `${root} has no files: a version needs one at least.`);
  const of = (files: readonly HashedFile[]) => checked({ ...described, files: files.map(registered) }, files);
  of(found.map(unhashed));
  return of;
}

const DATASET = { properties: { name: { type: 'string' }, uri: { type: 'string' }, digest: { type: 'string' } } };

const registered = ({ path: at, bytes, sha256, parts }: HashedFile) => ({
  path: at,
  bytes,
  sha256,
  ...(parts && { parts: [...parts] }),
});

/** A file before it is hashed, with digests that stand for its own. */
function unhashed(file: Found): HashedFile {
  // That of nothing is known.
  const sha256 = hash('sha256', file.bytes === 0 ? '' : file.path);
  const parts = partsOf(file.bytes);
  return { ...file, sha256, ...(parts > 0 && { parts: Array.from({ length: parts }, () => sha256) }) };
}

async function describedBy({ world, say }: Session, root: string, options: RegistrationOptions) {
  const { model, description, metrics, metric, schema, tag, dataset, dependsOn } = options;
  const pairs = (words: readonly string[] = [], option: string) => words.map((word) => pairOf(word, option));
  return {
    model,
    ...(description !== undefined && { description }),
    ...(schema !== undefined && { schema: await readJson(schema, '--schema', world) }),
    tags: recordOf(pairs(tag, '--tag'), '--tag'),
    metrics: {
      ...(metrics !== undefined && (await readJsonObject(metrics, '--metrics', world))),
      ...recordOf(
        pairs(metric, '--metric').map(([name, value]) => [name, value.trim() === '' ? value : Number(value)]),
        '--metric',
      ),
    },
    lineage: {
      ...(options.runId !== undefined && { runId: options.runId }),
      ...(await lineageCode(root, options, say)),
      datasets: (dataset ?? []).map((word) =>
        word.includes('=') ? itemOf(DATASET, word, '--dataset') : { name: word },
      ),
    },
    dependsOn: (dependsOn ?? []).map((word) => numberedVersion(word, '--depends-on')),
  };
}

/** The code, from the options and what git knows; nothing where one half of it is not known. */
async function lineageCode(root: string, options: RegistrationOptions, say: (line: string) => void) {
  const isFile = (await stat(root)).isFile();
  const known = await codeOf(isFile ? path.dirname(root) : root);
  const commit = options.commit ?? known?.commit;
  const repository = options.repository ?? known?.repository;
  if (commit !== undefined && repository === undefined) {
    say(`Commit ${commit} is not recorded: the repository has no remote; name one with --repository.`);
  }
  if (commit === undefined || repository === undefined) return {};
  if (known?.isChanged && options.commit === undefined) say(`Files differ from commit ${commit}, which is recorded.`);
  return { code: { repository, commit } };
}

function checked(registration: unknown, files: readonly HashedFile[]): Registration {
  const parsed = operations.registerVersion.input.safeParse(registration);
  if (parsed.success) return registration as Registration;
  throw wrongInput(
    'push',
    issuesOf(parsed.error).map((issue) => named(issue, files)),
  );
}

/** `files[3].path` is called by the path that it is about. */
function named({ field, message }: Issue, files: readonly HashedFile[]): Issue {
  const [, at, what] = /^files\[(\d+)\]\.(\w+)/.exec(field) ?? [];
  const file = files[Number(at)];
  if (file) return { field: file.path, message: what === 'path' ? message : `${what}: ${message}` };
  return { field, message };
}
