import { hash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type Part,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Unavailable } from '../store/table.ts';
import type { Artifacts, Content, UploadedPart } from './artifacts.ts';

export interface S3ClientOptions {
  readonly region: string;
  /** Somewhere else than AWS: buckets are then named in the path. */
  readonly endpoint?: string;
  readonly credentials?: NonNullable<S3ClientConfig['credentials']>;
}

/**
 * A client whose presigned URLs hold: by default the SDK signs the checksum of an empty body into each of them. Its
 * calls throw {@link Unavailable} when the store does not answer, or with a fault of its own.
 */
export function s3Client({ endpoint, region, credentials }: S3ClientOptions): S3Client {
  const client = new S3Client({
    region,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const attempt = { step: 'initialize', name: 'unavailable' } as const;
  client.middlewareStack.add((next) => (args) => next(args).catch(unavailable), attempt);
  return client;
}

/** The artifacts of the registry in one bucket. The client has to come from `s3Client`. */
export function s3Artifacts({ client, bucket }: { readonly client: S3Client; readonly bucket: string }): Artifacts {
  const at = (key: string) => ({ Bucket: bucket, Key: key });

  return {
    async presignPut(key, content, seconds) {
      const headers = { ...contentHeaders(content), 'if-none-match': '*' };
      const command = new PutObjectCommand({ ...at(key), ...contentInput(content), IfNoneMatch: '*' });
      return { method: 'PUT', url: await getSignedUrl(client, command, signing(headers, seconds)), headers };
    },

    async presignPart(key, uploadId, part, content, seconds) {
      const headers = contentHeaders(content);
      const input = { ...at(key), ...contentInput(content), UploadId: uploadId, PartNumber: part };
      const url = await getSignedUrl(client, new UploadPartCommand(input), signing(headers, seconds));
      return { method: 'PUT', url, headers };
    },

    async presignGet(key, fileName, seconds) {
      const command = new GetObjectCommand({ ...at(key), ResponseContentDisposition: attachment(fileName) });
      return { method: 'GET', url: await getSignedUrl(client, command, { expiresIn: seconds }), headers: {} };
    },

    async findUpload(key) {
      const listed = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }));
      // Keys come in order, so that uploads of exactly this one are on the first page, the oldest first.
      const uploadId = listed.Uploads?.find((upload) => upload.Key === key)?.UploadId;
      if (uploadId === undefined) return undefined;
      // It may have been closed since.
      const parts = await listParts(client, { ...at(key), UploadId: uploadId }).catch(undefinedIfAbsent);
      return parts && { uploadId, parts };
    },

    async openUpload(key) {
      const found = await this.findUpload(key);
      if (found) return found;

      const begun = await client.send(new CreateMultipartUploadCommand({ ...at(key), ChecksumAlgorithm: 'SHA256' }));
      return { uploadId: known(begun.UploadId), parts: [] };
    },

    async closeUpload(key, uploadId, parts) {
      const input = { ...at(key), UploadId: uploadId, MultipartUpload: { Parts: partList(parts) }, IfNoneMatch: '*' };
      try {
        await client.send(new CompleteMultipartUploadCommand(input));
      } catch (error) {
        // It may have been closed before, by a call whose answer was lost or by someone with the same bytes.
        if (!isOvertaken(error) || !(await this.stat(key))) throw error;
        const abort = new AbortMultipartUploadCommand({ ...at(key), UploadId: uploadId });
        await client.send(abort).catch(undefinedIfAbsent);
      }
    },

    async stat(key) {
      const head = await client
        .send(new HeadObjectCommand({ ...at(key), ChecksumMode: 'ENABLED' }))
        .catch(undefinedIfAbsent);
      if (!head) return undefined;

      const proved = head.ChecksumType !== 'COMPOSITE' && !head.ChecksumSHA256?.includes('-');
      const sha256 = proved && head.ChecksumSHA256 ? { sha256: toHex(head.ChecksumSHA256) } : {};
      const version = head.VersionId === undefined ? {} : { version: head.VersionId };
      return { bytes: known(head.ContentLength), etag: known(head.ETag), ...sha256, ...version };
    },

    async section(key, etag, from, bytes) {
      if (bytes <= 0) return new Uint8Array();
      const Range = `bytes=${from}-${from + bytes - 1}`;
      const command = new GetObjectCommand({ ...at(key), Range, IfMatch: etag });
      const object = await client.send(command).catch(undefinedIfOvertaken);
      return object?.Body?.transformToByteArray();
    },

    async read(key) {
      const object = await client.send(new GetObjectCommand(at(key))).catch(undefinedIfAbsent);
      return object?.Body?.transformToString();
    },

    async write(key, text) {
      const ChecksumSHA256 = hash('sha256', text, 'base64');
      await client.send(
        new PutObjectCommand({ ...at(key), Body: text, ContentType: 'application/json', ChecksumSHA256 }),
      );
    },

    async remove(key, etag) {
      try {
        await client.send(new DeleteObjectCommand({ ...at(key), IfMatch: etag }));
      } catch (error) {
        if (!isOvertaken(error)) throw error;
      }
    },

    async erase(key, { etag, version }) {
      if (version === undefined) return this.remove(key, etag);
      // These bytes and no others, and no marker in their place. It is done also where they are gone.
      await client.send(new DeleteObjectCommand({ ...at(key), VersionId: version }));
    },
  };
}

const toBase64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
const toHex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');

const contentInput = ({ bytes, sha256 }: Content) => ({ ContentLength: bytes, ChecksumSHA256: toBase64(sha256) });

const contentHeaders = ({ bytes, sha256 }: Content) => ({
  'content-length': String(bytes),
  'x-amz-checksum-sha256': toBase64(sha256),
});

/** Signs headers as headers. Moved into the query, as the SDK would, S3 takes no notice of the checksum. */
const signing = (headers: Readonly<Record<string, string>>, seconds: number) => ({
  expiresIn: seconds,
  unhoistableHeaders: new Set(Object.keys(headers)),
  signableHeaders: new Set(['host', ...Object.keys(headers)]),
});

/** Page by page until S3 says that it was the last: its marker is never empty, so the SDK's paginator would go on. */
async function listParts(client: S3Client, input: { Bucket: string; Key: string; UploadId: string }) {
  const parts: UploadedPart[] = [];
  let marker: string | undefined;
  do {
    const page = await client.send(new ListPartsCommand({ ...input, PartNumberMarker: marker }));
    parts.push(...(page.Parts ?? []).flatMap(uploadedPart));
    marker = page.IsTruncated ? known(page.NextPartNumberMarker) : undefined;
  } while (marker !== undefined);
  return parts;
}

/** A part without a checksum was not uploaded by one of our URLs, and has to come again. */
function uploadedPart({ PartNumber, ETag, Size, ChecksumSHA256 }: Part): UploadedPart[] {
  if (ChecksumSHA256 === undefined) return [];
  return [{ part: known(PartNumber), etag: known(ETag), bytes: known(Size), sha256: toHex(ChecksumSHA256) }];
}

const partList = (parts: readonly UploadedPart[]) =>
  parts
    .toSorted((a, b) => a.part - b.part)
    .map(({ part, etag, sha256 }) => ({ PartNumber: part, ETag: etag, ChecksumSHA256: toBase64(sha256) }));

/** Names a file for browsers new and old: the old ones read the plain one, which is ASCII. */
function attachment(fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const full = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`;
}

const status = (error: unknown): number =>
  error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0;

/** Whether somebody else was first: what was meant is gone, is another by now, or is being changed. */
const isOvertaken = (error: unknown): boolean => [404, 409, 412].includes(status(error));

function unavailable(error: unknown): never {
  const isSilent = error instanceof Error && (error.name === 'TimeoutError' || 'code' in error);
  // 501 is no fault that passes: the store is asked for what it does not have.
  const isAtFault = error instanceof S3ServiceException ? status(error) >= 500 && status(error) !== 501 : isSilent;
  if (isAtFault) throw new Unavailable('The object store cannot store or answer now.', { cause: error });
  throw error;
}

function undefinedIfAbsent(error: unknown): undefined {
  if (status(error) !== 404) throw error;
}

function undefinedIfOvertaken(error: unknown): undefined {
  if (!isOvertaken(error)) throw error;
}

/** The SDK's types allow everything to be missing; S3 does not. */
function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('S3 left out what it always says.');
  return value;
}
