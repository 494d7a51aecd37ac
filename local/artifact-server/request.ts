import type { IncomingMessage } from 'node:http';
import { S3Error } from './errors.ts';
import type { Range } from './range.ts';
import type { Stored } from './sealed-file.ts';

/** A request whose signature was good. `payload` is what was signed for the body: a SHA-256 or `UNSIGNED-PAYLOAD`. */
export interface S3Request {
  readonly method: string;
  readonly bucket: string;
  /** Empty where the bucket itself is meant. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly payload: string;
  readonly message: IncomingMessage;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  /** A document, or bytes of an object that is let go of when they are sent. */
  readonly body?: string | { readonly object: Stored; readonly range: Range };
}

const KEY_BYTES_MAX = 1024;
const parameters =
  /^(x-id|x-amz-.*|uploads|uploadId|partNumber|prefix|max-parts|part-number-marker|max-uploads|key-marker|upload-id-marker|response-.*)$/i;
const unknownHeaders =
  /^x-amz-(copy-source-(?!if-match$)|tagging|trailer|acl|grant|object-lock|website|server-side-encryption-customer|checksum-(?!sha256$|algorithm$|type$|mode$)).*/;

/**
 * Reads bucket, key and query.
 * @throws S3Error for what this server would have to ignore: a tag or a lock must not be lost in silence
 */
export function readRequest(message: IncomingMessage, payload: string): S3Request {
  const [pathname = '', search = ''] = (message.url ?? '').split(/\?(.*)/s);
  const [bucket, key] = place(pathname);
  const query = new URLSearchParams(search);

  for (const name of query.keys()) {
    if (!parameters.test(name)) throw new S3Error('NotImplemented', `The parameter ${name} means nothing here.`);
  }
  for (const name of Object.keys(message.headers)) {
    if (unknownHeaders.test(name)) throw new S3Error('NotImplemented', `The header ${name} means nothing here.`);
  }
  return { method: message.method ?? '', bucket, key, query, payload, message };
}

function place(pathname: string): [bucket: string, key: string] {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(pathname) ?? [];
  try {
    const decoded = decodeURIComponent(key);
    if (Buffer.byteLength(decoded) > KEY_BYTES_MAX) throw new S3Error('KeyTooLongError', 'Your key is too long');
    return [decodeURIComponent(bucket), decoded];
  } catch (error) {
    if (error instanceof URIError) throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
    throw error;
  }
}

/** One header, or the empty string. */
export function header({ message }: S3Request, name: string): string {
  const value = message.headers[name];
  return typeof value === 'string' ? value : '';
}

/** Whether the object may be written only if it is not there yet. */
export function isOnlyNew(request: S3Request): boolean {
  const condition = header(request, 'if-none-match');
  if (condition === '' || condition === '*') return condition === '*';
  throw new S3Error('NotImplemented', 'If-None-Match of a write can only be *.');
}

/** The ETag that an object must have to be read or removed, if one is named. S3 takes it with quotes and without. */
export function expectedETag(request: S3Request): string | undefined {
  const condition = header(request, 'if-match');
  if (condition === '*') throw new S3Error('NotImplemented', 'If-Match can only be an ETag.');
  return condition === '' ? undefined : `"${condition.replaceAll('"', '')}"`;
}

/** A number of the query, or what it is when it is not there. */
export function count(request: S3Request, name: string, absent: number): number {
  const value = request.query.get(name);
  if (value === null || value === '') return absent;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new S3Error('InvalidArgument', `The parameter ${name} is ${value}, not a number.`);
}
