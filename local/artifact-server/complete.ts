import { createHash } from 'node:crypto';
import { textOf } from './body.ts';
import { S3Error } from './errors.ts';
import type { Multipart } from './multipart.ts';
import { refuseExisting } from './objects.ts';
import { header, isOnlyNew, type Reply, type S3Request } from './request.ts';
import { bytesOf, type Details, publish, type SealedFile, writeSealed } from './sealed-file.ts';
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
  const { disk, uploads, now } = multipart;
  const upload = uploads.find(request.key, request.query.get('uploadId'));
  const onlyNew = isOnlyNew(request);
  const file = disk.object(request.key);
  const named = readParts(await textOf(request));
  if (onlyNew) await refuseExisting(file);

  const parts = await checkParts(multipart, upload, named);
  const details = { ...whole(upload, parts), modified: now().toISOString() };
  checkWhole(request, details);

  const written = await writeSealed(disk.temporary, joined(multipart, upload, named, details));
  await publish(written, file, { onlyNew });
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

async function checkParts(multipart: Multipart, upload: Upload, named: readonly Named[]): Promise<Details[]> {
  const parts: Details[] = [];
  for (const one of named) {
    if (upload.checksums && one.checksum === undefined) {
      throw new S3Error('InvalidRequest', `The complete request must include the checksum of part ${one.part}.`);
    }
    await using file = await openPart(multipart, upload, one);
    if (file.details.bytes < PART_BYTES_MIN && one !== named.at(-1)) {
      throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
    parts.push(file.details);
  }
  return parts;
}

async function openPart({ uploads }: Multipart, upload: Upload, { part, etag, checksum }: Named): Promise<SealedFile> {
  const file = await uploads.openPart(upload, part);
  if (file && file.details.etag === etag && (checksum ?? file.details.checksum) === file.details.checksum) return file;

  await file?.handle.close();
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

/** Opens each part once more as its turn comes, and makes sure that it was not replaced in between. */
async function* joined(multipart: Multipart, upload: Upload, named: readonly Named[], details: Details) {
  for (const one of named) {
    await using file = await openPart(multipart, upload, one);
    yield* bytesOf(file, 0, file.details.bytes - 1);
  }
  return details;
}
