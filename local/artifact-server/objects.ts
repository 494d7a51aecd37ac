import { access, rm } from 'node:fs/promises';
import path from 'node:path';
import { bodyOf } from './body.ts';
import type { Disk } from './disk.ts';
import { S3Error } from './errors.ts';
import { type Range, readRange } from './range.ts';
import { header, isOnlyNew, type Reply, type S3Request } from './request.ts';
import {
  bytesOf,
  type Details,
  openSealed,
  publish,
  type SealedFile,
  syncDirectory,
  writeSealed,
} from './sealed-file.ts';

/** What the operations on objects work with. */
export interface Objects {
  readonly disk: Disk;
  readonly now: () => Date;
}

export async function putObject({ disk, now }: Objects, request: S3Request): Promise<Reply> {
  const onlyNew = isOnlyNew(request);
  const file = disk.object(request.key);
  if (onlyNew) await refuseExisting(file);

  const written = await writeSealed(disk.temporary, received(request, now));
  await publish(written, file, { onlyNew });

  return { status: 200, headers: { etag: written.details.etag, ...checksumHeaders(written.details) } };
}

/** The bytes of a request, and at their end what they are. */
export async function* received(request: S3Request, now: () => Date): AsyncGenerator<Uint8Array, Details> {
  const body = yield* bodyOf(request);
  const contentType = header(request, 'content-type') || undefined;
  return { key: request.key, ...body, checksumType: 'FULL_OBJECT', contentType, modified: now().toISOString() };
}

/** Spares the client an upload that would be refused at its end. */
export async function refuseExisting(file: string): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (exists) throw new S3Error('PreconditionFailed', 'The object is there already.');
}

export async function headObject({ disk }: Objects, request: S3Request): Promise<Reply> {
  await using file = await existing(disk, request.key);
  return { status: 200, headers: describe(file.details, rangeOf(request, file.details), request) };
}

export async function getObject({ disk }: Objects, request: S3Request): Promise<Reply> {
  const file = await existing(disk, request.key);
  try {
    const range = rangeOf(request, file.details);
    const headers = describe(file.details, range, request);
    return { status: range.partial ? 206 : 200, headers, body: closing(file, range) };
  } catch (error) {
    await file.handle.close();
    throw error;
  }
}

export async function deleteObject({ disk }: Objects, request: S3Request): Promise<Reply> {
  const file = disk.object(request.key);
  await rm(file, { force: true });
  await syncDirectory(path.dirname(file));
  return { status: 204 };
}

async function existing(disk: Disk, key: string): Promise<SealedFile> {
  const file = await openSealed(disk.object(key));
  if (file) return file;
  throw new S3Error('NoSuchKey', 'The specified key does not exist.');
}

async function* closing(file: SealedFile, { first, last }: Range) {
  try {
    yield* bytesOf(file, first, last);
  } finally {
    await file.handle.close();
  }
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
export function checksumHeaders({ checksum, checksumType }: Details): Record<string, string> {
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
