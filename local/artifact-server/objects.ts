import { bodyOf } from './body.ts';
import { S3Error } from './errors.ts';
import { type Range, readRange } from './range.ts';
import { expectedETag, header, isOnlyNew, type Reply, type S3Request } from './request.ts';
import { type Details, type Stored, writeSealed } from './sealed-file.ts';
import { openObject, publishObject, refuseOther, removeObject, type Store } from './store.ts';

/** What the operations on objects work with. */
export interface Objects extends Store {
  readonly now: () => Date;
}

export async function putObject(objects: Objects, request: S3Request): Promise<Reply> {
  const condition = { onlyNew: isOnlyNew(request) };
  if (condition.onlyNew) await refuseExisting(objects, request.key);

  const written = await writeSealed(objects.disk.temporary, received(request, objects.now));
  await publishObject(objects, written, condition);

  return { status: 200, headers: { etag: written.details.etag, ...checksumHeaders(written.details) } };
}

/** The bytes of a request, and at their end what they are. */
export async function* received(request: S3Request, now: () => Date): AsyncGenerator<Uint8Array, Details> {
  const body = yield* bodyOf(request);
  const contentType = header(request, 'content-type') || undefined;
  return { key: request.key, ...body, checksumType: 'FULL_OBJECT', contentType, modified: now().toISOString() };
}

/** Spares the client an upload that would be refused at its end. */
export async function refuseExisting(store: Store, key: string): Promise<void> {
  await using object = await openObject(store, key);
  if (object) throw new S3Error('PreconditionFailed', 'The object is there already.');
}

export async function headObject(store: Store, request: S3Request): Promise<Reply> {
  await using object = await existing(store, request.key);
  return { status: 200, headers: describe(object.details, rangeOf(request, object.details), request) };
}

export async function getObject(store: Store, request: S3Request): Promise<Reply> {
  const etag = expectedETag(request);
  const object = await existing(store, request.key);
  try {
    if (etag !== undefined) refuseOther(object.details, etag);
    const range = rangeOf(request, object.details);
    const headers = describe(object.details, range, request);
    return { status: range.partial ? 206 : 200, headers, body: { object, range } };
  } catch (error) {
    await object[Symbol.asyncDispose]();
    throw error;
  }
}

export async function deleteObject(store: Store, request: S3Request): Promise<Reply> {
  await removeObject(store, request.key, expectedETag(request));
  return { status: 204 };
}

async function existing(store: Store, key: string): Promise<Stored> {
  const object = await openObject(store, key);
  if (object) return object;
  throw new S3Error('NoSuchKey', 'The specified key does not exist.');
}

function rangeOf(request: S3Request, { bytes }: Details): Range & { readonly partial: boolean } {
  const range = readRange(header(request, 'range'), bytes);
  return range ? { ...range, partial: true } : { first: 0, last: bytes - 1, partial: false };
}

type Headers = Record<string, string | number>;

function describe(details: Details, { first, last, partial }: ReturnType<typeof rangeOf>, request: S3Request): Headers {
  const mode = header(request, 'x-amz-checksum-mode') || request.query.get('x-amz-checksum-mode');
  return {
    'accept-ranges': 'bytes',
    'content-length': last - first + 1,
    'content-type': details.contentType ?? 'binary/octet-stream',
    etag: details.etag,
    'last-modified': new Date(details.modified).toUTCString(),
    // A checksum of the whole would make clients refuse a part of it.
    ...(partial ? { 'content-range': `bytes ${first}-${last}/${details.bytes}` } : {}),
    ...(mode === 'ENABLED' && !partial ? checksumHeaders(details) : {}),
    ...overrides(request),
  };
}

/** The checksum with which an object was written, in the headers of S3. */
function checksumHeaders({ checksum, checksumType }: Details): Record<string, string> {
  if (checksum === undefined || checksumType === undefined) return {};
  return { 'x-amz-checksum-sha256': checksum, 'x-amz-checksum-type': checksumType };
}

const OVERRIDABLE = ['type', 'language', 'disposition', 'encoding'].map((name) => `content-${name}`);

function overrides({ query }: S3Request): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of [...OVERRIDABLE, 'cache-control', 'expires']) {
    const value = query.get(`response-${name}`);
    if (value === null) continue;
    if (/[^\x20-\x7e\xa0-\xff]/.test(value)) {
      throw new S3Error('InvalidArgument', `Header value cannot be represented using ISO-8859-1: response-${name}`);
    }
    headers[name] = value;
  }
  return headers;
}
