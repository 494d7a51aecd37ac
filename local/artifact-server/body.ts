import { createHash } from 'node:crypto';
import { S3Error } from './errors.ts';
import { header, type S3Request } from './request.ts';

const BODY_BYTES_MAX = 5 * 2 ** 30;
const TEXT_BYTES_MAX = 4 * 2 ** 20;

/** What a body turned out to be. `checksum` is the SHA-256 that the client stated, in base64. */
export interface Received {
  readonly bytes: number;
  readonly etag: string;
  readonly checksum: string | undefined;
}

/** The bytes of a body. Its announced length and digests are compared with them at their end. */
export async function* bodyOf(request: S3Request): AsyncGenerator<Uint8Array, Received> {
  const announced = announcedBytes(request);
  const checksum = announcedChecksum(request);
  const expectedMd5 = header(request, 'content-md5');
  const md5 = expectedMd5 === '' ? undefined : createHash('md5');
  const sha256 = createHash('sha256');
  let bytes = 0;

  // A request that is refused half way must live on, to be answered.
  for await (const chunk of request.message.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    sha256.update(chunk);
    md5?.update(chunk);
    yield chunk;
  }
  if (bytes !== announced) throw new S3Error('IncompleteBody', `${announced} bytes were announced, and ${bytes} came.`);
  if (md5 && md5.digest('base64') !== expectedMd5) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const digest = sha256.digest();
  checkDigest(request, digest, checksum);
  return { bytes, checksum, etag: `"${digest.toString('hex', 0, 16)}"` };
}

function announcedBytes(request: S3Request): number {
  const announced = header(request, 'content-length');
  if (!/^\d{1,15}$/.test(announced)) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  if (header(request, 'content-encoding').includes('aws-chunked')) {
    throw new S3Error('NotImplemented', 'No chunked bodies here: set requestChecksumCalculation to WHEN_REQUIRED.');
  }
  if (Number(announced) <= BODY_BYTES_MAX) return Number(announced);
  throw new S3Error('EntityTooLarge', `A body can have ${BODY_BYTES_MAX} bytes at most.`);
}

function announcedChecksum(request: S3Request): string | undefined {
  const checksum = header(request, 'x-amz-checksum-sha256');
  if (checksum === '') return undefined;
  if (/^[A-Za-z0-9+/]{43}=$/.test(checksum)) return checksum;
  throw new S3Error('InvalidRequest', 'Value for x-amz-checksum-sha256 header is invalid.');
}

function checkDigest({ payload }: S3Request, digest: Buffer, checksum: string | undefined): void {
  if (payload !== 'UNSIGNED-PAYLOAD' && payload !== digest.toString('hex')) {
    const code = 'XAmzContentSHA256Mismatch';
    throw new S3Error(code, "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  if (checksum !== undefined && checksum !== digest.toString('base64')) {
    throw new S3Error('BadDigest', 'The SHA256 you specified did not match the calculated checksum.');
  }
}

/** A body that is a short document. */
export async function textOf(request: S3Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  if (announcedBytes(request) > TEXT_BYTES_MAX) throw new S3Error('EntityTooLarge', 'The document is too long.');

  for await (const chunk of bodyOf(request)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
