import type { APIGatewayProxyEvent } from 'aws-lambda';
import { Failure } from '../../errors.ts';
import type { Context } from '../../http/endpoint.ts';
import type { Response } from '../../http/problem.ts';
import { fileAt, filesAt, type Readable } from './files.ts';
import { entriesOf } from './listing.ts';
import { placeOf } from './place.ts';

/** How long a download may begin after its URL was given, in seconds. */
const URL_SECONDS = 15 * 60;
/** Bytes that are handed on are read in sections of this size. */
const SECTION_BYTES = 4 * 2 ** 20;

/** What is right in a directory. Of a file it is nothing. */
export async function listFiles(context: Context, path: string) {
  const place = placeOf(path);
  return entriesOf(place.path, await filesAt(context, place));
}

/** A URL by which a file is read, with the SHA-256 that its bytes were proven to have. */
export async function presignFile(context: Context, path: string) {
  const file = await storedAt(context, path);
  const { url, headers } = await context.artifacts.presignGet(file.key, nameOf(file), URL_SECONDS);
  return { url, headers, file_size: file.bytes, ...(file.sha256 !== undefined && { sha256: file.sha256 }) };
}

/**
 * A file, by a redirection to the object store. Whoever signs requests cannot follow it, as what was signed for the API
 * travels along: they get the bytes themselves, as far as an answer has room for them.
 */
export async function getFile(context: Context, path: string, event: APIGatewayProxyEvent): Promise<Response> {
  const file = await storedAt(context, path);
  if (!isSigned(event)) {
    const { url } = await context.artifacts.presignGet(file.key, nameOf(file), URL_SECONDS);
    return { statusCode: 302, headers: { location: url }, body: '' };
  }
  if (file.bytes > context.services.fileBytesMax) {
    throw new Failure(
      'request.invalid',
      `${file.path} has ${file.bytes} bytes, and whoever signs requests cannot be sent to them: use MLflow 3.18, or a ` +
        'token in place of signatures.',
    );
  }
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment', etag: file.etag },
    body: bytesOf(context, file),
  };
}

async function storedAt(context: Context, path: string): Promise<Readable & { readonly etag: string }> {
  const file = await fileAt(context, placeOf(path));
  const stored = await context.artifacts.stat(file.key);
  if (stored) return { ...file, etag: stored.etag };
  throw new Failure('artifact.lost', `${file.path} is not there any more.`);
}

async function* bytesOf({ artifacts }: Context, { key, bytes, etag, path }: Readable & { etag: string }) {
  for (let from = 0; from < bytes; from += SECTION_BYTES) {
    const section = await artifacts.section(key, etag, from, SECTION_BYTES);
    if (!section) throw new Error(`${path} was removed while it was read.`);
    yield section;
  }
}

const nameOf = ({ path }: Readable): string => path.split('/').at(-1) ?? path;

/** Whether IAM proved who calls, and not an authorizer a token. */
const isSigned = ({ requestContext: { authorizer } }: APIGatewayProxyEvent): boolean => !authorizer;
