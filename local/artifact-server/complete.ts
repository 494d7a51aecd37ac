import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { textOf } from './body.ts';
import { S3Error, unlessAbsent } from './errors.ts';
import type { Multipart } from './multipart.ts';
import { refuseExisting } from './objects.ts';
import { header, isOnlyNew, type Reply, type S3Request } from './request.ts';
import { type Details, openSealed } from './sealed-file.ts';
import { publishParts } from './store.ts';
import type { Upload } from './uploads.ts';
import { contents, text, xml } from './xml.ts';

const PART_BYTES_MIN = 5 * 2 ** 20;

interface Named {
  readonly part: number;
  readonly etag: string;
  readonly checksum: string | undefined;
}

/** Makes one object of the parts that the client names, if they are what it thinks they are. */
export async function completeMultipartUpload(multipart: Multipart, request: S3Request): Promise<Reply> {
  const { uploads, now } = multipart;
  const upload = uploads.find(request.key, request.query.get('uploadId'));
  const condition = { onlyNew: isOnlyNew(request) };
  const named = readParts(await textOf(request));
  if (condition.onlyNew) await refuseExisting(multipart, request.key);

  await using links = await linkParts(multipart, upload, named);
  const details = { ...whole(upload, links.parts), modified: now().toISOString() };
  checkWhole(request, details);
  await publishParts(multipart, links.directory, details, condition);
  await uploads.remove(upload);

  const { key, etag, checksum, checksumType } = details;
  const place = { Location: `/${request.bucket}/${key}`, Bucket: request.bucket, Key: key };
  const checksums = checksum && { ChecksumSHA256: checksum, ChecksumType: checksumType };
  return { status: 200, body: xml({ CompleteMultipartUploadResult: { ...place, ETag: etag, ...checksums } }) };
}

function readParts(document: string): Named[] {
  const parts = contents(document, 'Part').map((part) => ({
    part: Number(text(part, 'PartNumber')),
    etag: `"${text(part, 'ETag')?.replaceAll('"', '')}"`,
    checksum: text(part, 'ChecksumSHA256'),
  }));
  if (parts.length === 0 || parts.some(({ part }) => !Number.isSafeInteger(part) || part < 1)) {
    throw new S3Error('MalformedXML', 'The XML you provided was not well-formed or did not name any part.');
  }
  if (parts.some(({ part }, at) => part <= (parts[at - 1]?.part ?? 0))) {
    throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order.');
  }
  return parts;
}

interface Links extends AsyncDisposable {
  readonly directory: string;
  readonly parts: readonly Details[];
}

/** Links the parts that were named, each under the place of its first byte, and looks at what it has linked. */
async function linkParts(multipart: Multipart, upload: Upload, named: readonly Named[]): Promise<Links> {
  const directory = path.join(multipart.disk.temporary, randomUUID());
  const remove = () => rm(directory, { recursive: true, force: true });
  await mkdir(directory);
  try {
    const parts: Details[] = [];
    let first = 0;
    for (const one of named) {
      const file = path.join(directory, String(first));
      const part = await linkPart(multipart, upload, one, file);
      if (part.bytes < PART_BYTES_MIN && one !== named.at(-1)) {
        throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
      }
      parts.push(part);
      first += part.bytes;
    }
    return { directory, parts, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function linkPart({ uploads }: Multipart, upload: Upload, named: Named, file: string): Promise<Details> {
  const { part, etag, checksum } = named;
  if (upload.checksums && checksum === undefined) {
    throw new S3Error('InvalidRequest', `The complete request must include the checksum of part ${part}.`);
  }
  await link(uploads.partFile(upload, part), file).catch(unlessAbsent);
  await using linked = await openSealed(file);
  const found = linked?.details;
  if (found?.etag === etag && (checksum ?? found.checksum) === found.checksum) return found;

  // Another request may have completed or aborted the upload meanwhile.
  uploads.find(upload.key, upload.uploadId);
  throw new S3Error('InvalidPart', `Part ${part} was not uploaded, or is not the one that you named.`);
}

/** The checksum of an object in parts is the checksum of its parts' checksums: the bytes need not be read again. */
function whole({ key, contentType, checksums }: Upload, parts: readonly Details[]): Omit<Details, 'modified'> {
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const etags = createHash('sha256');
  const composite = createHash('sha256');
  for (const { etag, checksum = '' } of parts) {
    etags.update(etag);
    composite.update(checksum, 'base64');
  }
  return {
    key,
    bytes,
    contentType,
    etag: `"${etags.digest('hex').slice(0, 32)}-${parts.length}"`,
    ...(checksums && { checksum: `${composite.digest('base64')}-${parts.length}`, checksumType: 'COMPOSITE' }),
  };
}

function checkWhole(request: S3Request, { bytes }: Omit<Details, 'modified'>): void {
  const expectedBytes = header(request, 'x-amz-mp-object-size');
  if (expectedBytes !== '' && expectedBytes !== String(bytes)) {
    throw new S3Error('InvalidRequest', `The parts have ${bytes} bytes together, and you stated ${expectedBytes}.`);
  }
}
