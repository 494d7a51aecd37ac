import type { StagedPart } from '../../artifacts/staging.ts';
import { loggedBy, Staged, stagedKey, stagedUntil } from '../../domain/staged.ts';
import { Failure } from '../../errors.ts';
import type { Context } from '../../http/endpoint.ts';
import { requirePublisher } from './people.ts';
import { stagedPlaceOf } from './place.ts';
import type { ArtifactInput } from './routes.ts';

/** How long a part may take, in seconds: as long as the keys of a function are good for, at most. */
const URL_SECONDS = 6 * 60 * 60;
/** What comes through the API, as Lambda takes no more than 6 MB, in base64. */
const PUT_BYTES_MAX = 4 * 2 ** 20;

/** An upload as the client holds it: sealed, so that it fits this path of this caller alone. */
interface Upload {
  readonly object: string;
  /** Empty for a file that has no parts. */
  readonly uploadId: string;
}

/** Begins an upload in parts, with a URL for each. The client names the file with whatever stands before its own name. */
export async function beginUpload(context: Context, directory: string, input: ArtifactInput<'begin'>) {
  const path = pathOf(context, directory, input.path);
  const { services, caller } = context;
  const object = services.newId();
  const key = stagedKey(caller.tenant, object);
  const uploadId = input.num_parts === 0 ? '' : await services.staging.begin(key);
  const numbers = Array.from({ length: input.num_parts }, (_, index) => index + 1);
  const credentials = await Promise.all(
    numbers.map(async (part) => ({
      part_number: part,
      url: await services.staging.presignPart(key, uploadId, part, URL_SECONDS),
      headers: {},
    })),
  );
  return { upload_id: services.cursors.seal({ object, uploadId }, scopeOf(context, path)), credentials };
}

/** Makes a file of its parts. Once more, it is as it was. */
export async function completeUpload(context: Context, directory: string, input: ArtifactInput<'complete'>) {
  const path = pathOf(context, directory, input.path);
  const upload = opened(context, path, input.upload_id);
  const parts = input.parts.map(({ part_number, etag }) => ({ part: part_number, etag }));
  await join(context, upload, parts);
  await note(context, path, upload.object);
  return {};
}

export async function abortUpload(context: Context, directory: string, input: ArtifactInput<'abort'>) {
  const path = pathOf(context, directory, input.path);
  const { object, uploadId } = opened(context, path, input.upload_id);
  if (uploadId !== '') await context.services.staging.abort(stagedKey(context.caller.tenant, object), uploadId);
  return {};
}

/** A small file as a whole. @throws Failure `request.too_large` */
export async function putFile(context: Context, text: string, bytes: Uint8Array) {
  requirePublisher(context.caller);
  const path = stagedPlaceOf(text);
  if (bytes.length > PUT_BYTES_MAX) {
    throw new Failure(
      'request.too_large',
      `${path} has more than ${PUT_BYTES_MAX} bytes: set MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD=true and ` +
        'MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE=0, or use MLflow 3.18, and it goes to the object store in parts.',
    );
  }
  const object = context.services.newId();
  await context.services.staging.put(stagedKey(context.caller.tenant, object), bytes);
  await note(context, path, object);
  return {};
}

/** How many rows go in one transaction. */
const FORGET = 50;

/** Takes back a file, or all below a directory. The bytes go when their time is over. */
export async function removeFiles(context: Context, text: string) {
  const { store, caller } = context;
  requirePublisher(caller);
  const path = stagedPlaceOf(text);
  const [file, inside] = await Promise.all([
    store.staged(caller.tenant, caller.actor.principal, path),
    store.stagedBelow(caller.tenant, caller.actor.principal, path),
  ]);
  const all = [...(file ? [file] : []), ...inside];
  for (let from = 0; from < all.length; from += FORGET) {
    const some = all.slice(from, from + FORGET);
    await store.commit({ result: undefined, keep: some.map((forget) => ({ forget })) });
  }
  return {};
}

function pathOf({ caller }: Context, directory: string, file: string): string {
  requirePublisher(caller);
  const name = file.split(/[/\\]/).at(-1) ?? '';
  return stagedPlaceOf(directory === '' ? name : `${directory.replace(/\/$/, '')}/${name}`);
}

const scopeOf = ({ caller }: Context, path: string): string =>
  `${caller.tenant}|${caller.actor.principal}|upload|${path}`;

function opened(context: Context, path: string, sealed: string): Upload {
  try {
    const { object = '', uploadId = '' } = context.services.cursors.open(sealed, scopeOf(context, path));
    return { object: String(object), uploadId: String(uploadId) };
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    const message = 'it was not given for this file, or more than a day ago';
    throw new Failure('request.invalid', `Invalid value for parameter 'upload_id' supplied: ${message}.`, {
      issues: [{ field: 'upload_id', message }],
      cause,
    });
  }
}

async function join({ services, caller, artifacts }: Context, { object, uploadId }: Upload, parts: StagedPart[]) {
  const key = stagedKey(caller.tenant, object);
  if (uploadId === '') return services.staging.put(key, new Uint8Array());
  const sorted = parts.toSorted((a, b) => a.part - b.part);
  const joined = await services.staging.join(key, uploadId, sorted);
  if (joined === 'joined') return;
  if (joined !== 'gone') throw refusedParts(joined.refused);
  // It may have been completed before, by a call whose answer was lost.
  if (await artifacts.stat(key)) return;
  throw new Failure('artifact.not_found', 'There is no such upload any more: it was aborted.');
}

const refusedParts = (message: string): Failure =>
  new Failure('request.invalid', `Invalid value for parameter 'parts' supplied: ${message}`, {
    issues: [{ field: 'parts', message }],
  });

/** A file is there once its row is: whoever reads it has the bytes of this object, whatever is uploaded to its path later. */
async function note({ store, artifacts, caller, now }: Context, path: string, object: string): Promise<void> {
  const stored = await artifacts.stat(stagedKey(caller.tenant, object));
  if (!stored) throw new Error(`The object ${object} is not there, although it was stored.`);
  const file = Staged.parse({
    kind: 'staged',
    tenant: caller.tenant,
    by: caller.actor.principal,
    path,
    at: now.toISOString(),
    object,
    bytes: stored.bytes,
    etag: stored.etag,
    expiresAt: stagedUntil(now),
  });
  const logged = loggedBy(file);
  await store.note([file, ...(logged ? [logged] : [])]);
}
