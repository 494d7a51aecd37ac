import { S3Error } from './errors.ts';
import { type Objects, received } from './objects.ts';
import { count, header, type Reply, type S3Request } from './request.ts';
import { type Details, writeSealed } from './sealed-file.ts';
import type { Upload, Uploads } from './uploads.ts';
import { xml } from './xml.ts';

/** What the operations on uploads work with. */
export interface Multipart extends Objects {
  readonly bucket: string;
  readonly uploads: Uploads;
}

const PART_MAX = 10_000;
const PAGE_MAX = 1000;

export async function createMultipartUpload({ uploads, now }: Multipart, request: S3Request): Promise<Reply> {
  const algorithm = header(request, 'x-amz-checksum-algorithm');
  const type = header(request, 'x-amz-checksum-type');
  if (!['', 'SHA256'].includes(algorithm))
    throw new S3Error('NotImplemented', 'The checksum algorithm here is SHA256.');
  if (!['', 'COMPOSITE'].includes(type)) {
    throw new S3Error('InvalidRequest', `The ${type} checksum type cannot be used with the sha256 checksum algorithm.`);
  }
  const upload = await uploads.begin({
    key: request.key,
    initiated: now().toISOString(),
    contentType: header(request, 'content-type') || undefined,
    checksums: algorithm === 'SHA256',
  });
  return {
    status: 200,
    ...(upload.checksums && { headers: { 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-type': 'COMPOSITE' } }),
    body: xml({
      InitiateMultipartUploadResult: { Bucket: request.bucket, Key: upload.key, UploadId: upload.uploadId },
    }),
  };
}

export async function uploadPart({ disk, now, uploads }: Multipart, request: S3Request): Promise<Reply> {
  const upload = uploads.find(request.key, request.query.get('uploadId'));
  const part = count(request, 'partNumber', 0);
  if (part < 1 || part > PART_MAX) {
    throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and ${PART_MAX}, inclusive`);
  }
  if (upload.checksums && header(request, 'x-amz-checksum-sha256') === '') {
    const message = 'Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: null';
    throw new S3Error('InvalidRequest', message);
  }
  const written = await writeSealed(disk.temporary, received(request, now));
  await uploads.addPart(upload, part, written);

  const { etag, checksum } = written.details;
  return { status: 200, headers: { etag, ...(checksum && { 'x-amz-checksum-sha256': checksum }) } };
}

export async function listParts({ uploads }: Multipart, request: S3Request): Promise<Reply> {
  const upload = uploads.find(request.key, request.query.get('uploadId'));
  const marker = count(request, 'part-number-marker', 0);
  const max = Math.min(count(request, 'max-parts', PAGE_MAX), PAGE_MAX);
  const parts = await uploads.parts(upload, marker, max + 1);
  const page = parts.slice(0, max);

  return {
    status: 200,
    body: xml({
      ListPartsResult: {
        Bucket: request.bucket,
        Key: upload.key,
        UploadId: upload.uploadId,
        PartNumberMarker: marker,
        NextPartNumberMarker: page.at(-1)?.[0] ?? 0,
        MaxParts: max,
        IsTruncated: parts.length > page.length,
        ...checksumOf(upload),
        Part: page.map(partElement),
      },
    }),
  };
}

const partElement = ([part, { bytes, checksum, etag, modified }]: readonly [number, Details]) => ({
  PartNumber: part,
  LastModified: modified,
  ETag: etag,
  Size: bytes,
  ChecksumSHA256: checksum,
});

export async function listMultipartUploads({ uploads }: Multipart, request: S3Request): Promise<Reply> {
  const prefix = request.query.get('prefix') ?? '';
  const max = Math.min(count(request, 'max-uploads', PAGE_MAX), PAGE_MAX);
  const found = after(uploads.list(), request).filter(({ key }) => key.startsWith(prefix));
  const page = found.slice(0, max);
  const last = found.length > page.length ? page.at(-1) : undefined;

  return {
    status: 200,
    body: xml({
      ListMultipartUploadsResult: {
        Bucket: request.bucket,
        Prefix: prefix,
        NextKeyMarker: last?.key,
        NextUploadIdMarker: last?.uploadId,
        MaxUploads: max,
        IsTruncated: last !== undefined,
        Upload: page.map((upload) => ({
          Key: upload.key,
          UploadId: upload.uploadId,
          Initiated: upload.initiated,
          StorageClass: 'STANDARD',
          ...checksumOf(upload),
        })),
      },
    }),
  };
}

function after(uploads: readonly Upload[], { query }: S3Request): readonly Upload[] {
  const keyMarker = query.get('key-marker') ?? '';
  const marked = uploads.findIndex(
    ({ key, uploadId }) => key === keyMarker && uploadId === query.get('upload-id-marker'),
  );
  return marked < 0 ? uploads.filter(({ key }) => key > keyMarker) : uploads.slice(marked + 1);
}

const checksumOf = ({ checksums }: Upload) =>
  checksums ? { ChecksumAlgorithm: 'SHA256', ChecksumType: 'COMPOSITE' } : {};

export async function abortMultipartUpload({ uploads }: Multipart, request: S3Request): Promise<Reply> {
  await uploads.remove(uploads.find(request.key, request.query.get('uploadId')));
  return { status: 204 };
}
