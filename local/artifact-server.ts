import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { DAY_MS } from '../shared/domain/day.ts';
import { STAGED_DAYS } from '../shared/domain/staged.ts';
import { UPLOAD_DAYS } from '../shared/domain/version.ts';
import { completeMultipartUpload } from './artifact-server/complete.ts';
import { copyObject } from './artifact-server/copy.ts';
import { openDisk } from './artifact-server/disk.ts';
import { asS3Error, S3Error, type S3ErrorCode } from './artifact-server/errors.ts';
import { expireStaged } from './artifact-server/expire.ts';
import { openJoined } from './artifact-server/joined.ts';
import {
  abortMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
  type Multipart,
  uploadPart,
} from './artifact-server/multipart.ts';
import { deleteObject, getObject, headObject, putObject } from './artifact-server/objects.ts';
import { type Reply, readRequest, type S3Request } from './artifact-server/request.ts';
import { takingTurns } from './artifact-server/turns.ts';
import { openUploads } from './artifact-server/uploads.ts';
import { xml } from './artifact-server/xml.ts';
import { drain } from './drain.ts';
import { type Credential, type Verdict, verifySignature } from './sigv4.ts';

export interface ArtifactServerOptions {
  /** Where the objects are kept. No other server may use it at the same time. */
  readonly directory: string;
  readonly bucket: string;
  readonly region: string;
  /** Whoever holds one of these keys may do anything in the bucket: give only the registry's own. */
  readonly credentials: (accessKeyId: string) => Credential | undefined;
  readonly now: () => Date;
  /** After how many milliseconds a connection ends on which nothing moves. */
  readonly silenceMs?: number;
}

export interface ArtifactServer {
  /**
   * For a `node:http` server, which should have `requestTimeout: 0`: a slow link may take hours over a file, and here
   * only silence ends a connection. Nothing is kept open between requests.
   */
  readonly handler: (message: IncomingMessage, response: ServerResponse) => void;
  /** Ends what it does on its own. */
  close(): void;
}

const SILENCE_MS = 120_000;

/**
 * The part of S3 that Signet uses, for one bucket in a directory. It checks what S3 checks, an answer that was given
 * survives a crash, and memory does not grow with the size of objects.
 */
export async function artifactServer(options: ArtifactServerOptions): Promise<ArtifactServer> {
  const { directory, bucket, region, credentials, now, silenceMs = SILENCE_MS } = options;
  const disk = await openDisk(directory);
  const multipart: Multipart = {
    disk,
    bucket,
    now,
    inTurn: takingTurns(),
    joined: await openJoined(disk),
    uploads: await openUploads(disk),
  };
  // What nobody completes, or has a version of, is nobody's to remove: on S3, the bucket has rules for that.
  const daysAgo = (days: number) => new Date(now().getTime() - days * DAY_MS);
  const expire = async () => {
    await multipart.uploads.expire(daysAgo(UPLOAD_DAYS));
    await expireStaged(multipart, daysAgo(STAGED_DAYS + 1));
  };
  await expire();
  const daily = setInterval(() => void expire().catch(console.error), DAY_MS).unref();

  const verify = ({ method = '', url = '', headersDistinct: { authorization, ...headers } }: IncomingMessage) => {
    // A token for the registry goes along with a redirection to here, as both have one address.
    const isOfOther = /[?&]X-Amz-Signature=/.test(url) && /^(Bearer|Basic) /i.test(authorization?.[0] ?? '');
    const signed = isOfOther || authorization === undefined ? headers : { ...headers, authorization };
    return verifySignature({ method, url, headers: signed }, { service: 's3', region, credentials, now: now() });
  };

  const handle = async (message: IncomingMessage, response: ServerResponse) => {
    message.setTimeout(silenceMs);
    try {
      await send(response, await answer(multipart, message, verify(message)));
    } catch (error) {
      await refuse(message, response, error);
    }
  };
  return {
    handler: (message, response) => void handle(message, response),
    close: () => clearInterval(daily),
  };
}

type Operation = (multipart: Multipart, request: S3Request) => Promise<Reply>;

const operations: Readonly<Record<string, Operation>> = {
  'HEAD bucket': async () => ({ status: 200 }),
  'GET bucket uploads': listMultipartUploads,
  'PUT object': putObject,
  'PUT object copy': copyObject,
  'GET object': getObject,
  'HEAD object': headObject,
  'DELETE object': deleteObject,
  'POST object uploads': createMultipartUpload,
  'PUT object upload': uploadPart,
  'GET object upload': listParts,
  'POST object upload': completeMultipartUpload,
  'DELETE object upload': abortMultipartUpload,
};

async function answer(multipart: Multipart, message: IncomingMessage, verdict: Verdict): Promise<Reply> {
  if (!verdict.ok) throw new S3Error(signatureError(verdict.reason, message), verdict.message);

  const request = readRequest(message, verdict.payload);
  if (request.bucket !== multipart.bucket) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');

  const { method, key, query } = request;
  const about = query.has('uploads') ? ' uploads' : query.has('uploadId') || query.has('partNumber') ? ' upload' : '';
  const copy = message.headers['x-amz-copy-source'] === undefined ? '' : ' copy';
  const operation = operations[`${method} ${key === '' ? 'bucket' : 'object'}${about}${copy}`];
  if (!operation) throw new S3Error('NotImplemented', 'The artifact server does not have this operation.');
  return operation(multipart, request);
}

function signatureError(reason: Extract<Verdict, { ok: false }>['reason'], { headers }: IncomingMessage): S3ErrorCode {
  const inHeader = headers.authorization !== undefined;
  const unreadable = inHeader ? 'AuthorizationHeaderMalformed' : 'AuthorizationQueryParametersError';
  const codes = {
    missing: 'AccessDenied',
    malformed: unreadable,
    scope: unreadable,
    expired: inHeader ? 'RequestTimeTooSkewed' : 'AccessDenied',
    unknown_key: 'InvalidAccessKeyId',
    mismatch: 'SignatureDoesNotMatch',
    token: 'InvalidToken',
    body: 'XAmzContentSHA256Mismatch',
  } as const;
  return codes[reason];
}

async function send(response: ServerResponse, { status, headers = {}, body = '' }: Reply): Promise<void> {
  response.setHeader('x-amz-request-id', randomBytes(8).toString('hex').toUpperCase());
  if (typeof body !== 'string') {
    await using object = body.object;
    response.writeHead(status, headers);
    await pipeline(object.read(body.range.first, body.range.last), response);
    return;
  }
  const type = body === '' ? {} : { 'content-type': 'application/xml' };
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...length, ...type, ...headers });
  if (response.req.complete) return void response.end(body);

  response.flushHeaders();
  if (body !== '') response.write(body);
  await drain(response.req);
  response.end();
}

async function refuse(message: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> {
  if (response.closed) return;
  const refusal = asS3Error(error);
  if (refusal.code === 'InternalError') console.error(error);
  // Too late to say it in words: the client must not take what it has for the whole.
  if (response.headersSent) return void response.destroy();

  const { code, headers, status } = refusal;
  const body = xml({ Error: { Code: code, Message: refusal.message, Resource: message.url?.split('?')[0] } });
  await send(response, { status, headers, body: message.method === 'HEAD' ? '' : body });
}
