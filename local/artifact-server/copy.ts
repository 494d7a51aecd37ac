import { createHash } from 'node:crypto';
import { S3Error } from './errors.ts';
import type { Objects } from './objects.ts';
import { header, type Reply, type S3Request } from './request.ts';
import { type Details, type Stored, writeSealed } from './sealed-file.ts';
import { openObject, publishObject, refuseOther } from './store.ts';
import { xml } from './xml.ts';

/** S3 copies no more in one go. */
const BYTES_MAX = 5 * 2 ** 30;

/** Makes an object of the bytes of another one, while it has the ETag that is named, and proves its SHA-256 where asked to. */
export async function copyObject(objects: Objects, request: S3Request): Promise<Reply> {
  await using source = await openObject(objects, sourceOf(request));
  if (!source) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  const etag = header(request, 'x-amz-copy-source-if-match');
  if (etag !== '') refuseOther(source.details, `"${etag.replaceAll('"', '')}"`);
  if (source.details.bytes > BYTES_MAX) {
    throw new S3Error('InvalidRequest', 'The specified copy source is larger than the maximum allowable size.');
  }
  const written = await writeSealed(objects.disk.temporary, copied(source, request, objects.now()));
  await publishObject(objects, written, { onlyNew: false });
  const { modified, checksum } = written.details;
  const result = { LastModified: modified, ETag: written.details.etag, ChecksumSHA256: checksum };
  return { status: 200, body: xml({ CopyObjectResult: result }) };
}

/** The key behind `bucket/key`. */
function sourceOf(request: S3Request): string {
  const [, bucket, key = ''] =
    /^\/?([^/]+)\/(.+)$/s.exec(decodeURIComponent(header(request, 'x-amz-copy-source'))) ?? [];
  if (bucket === request.bucket) return key;
  throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');
}

async function* copied({ details, read }: Stored, request: S3Request, now: Date): AsyncGenerator<Uint8Array, Details> {
  const sha256 = createHash('sha256');
  for await (const chunk of read(0, details.bytes - 1)) {
    sha256.update(chunk);
    yield chunk;
  }
  const digest = sha256.digest();
  const { bytes, contentType } = details;
  return {
    key: request.key,
    bytes,
    contentType,
    etag: `"${digest.toString('hex', 0, 16)}"`,
    modified: now.toISOString(),
    ...(header(request, 'x-amz-checksum-algorithm') === 'SHA256' && {
      checksum: digest.toString('base64'),
      checksumType: 'FULL_OBJECT' as const,
    }),
  };
}
