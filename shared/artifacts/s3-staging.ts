import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Staging } from './staging.ts';

/** Uploaded files in one bucket. The client has to come from `s3Client`. */
export function s3Staging({ client, bucket }: { readonly client: S3Client; readonly bucket: string }): Staging {
  const at = (key: string) => ({ Bucket: bucket, Key: key });

  return {
    async begin(key) {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(at(key)));
      if (UploadId === undefined) throw new Error('S3 left out what it always says.');
      return UploadId;
    },

    presignPart: (key, uploadId, part, seconds) =>
      getSignedUrl(client, new UploadPartCommand({ ...at(key), UploadId: uploadId, PartNumber: part }), {
        expiresIn: seconds,
      }),

    async join(key, uploadId, parts) {
      const Parts = parts.map(({ part, etag }) => ({ PartNumber: part, ETag: etag }));
      const command = { ...at(key), UploadId: uploadId, MultipartUpload: { Parts } };
      try {
        await client.send(new CompleteMultipartUploadCommand(command));
        return 'joined';
      } catch (error) {
        if (statusOf(error) === 404) return 'gone';
        if (statusOf(error) === 400 && error instanceof Error) return { refused: error.message };
        throw error;
      }
    },

    async abort(key, uploadId) {
      await client.send(new AbortMultipartUploadCommand({ ...at(key), UploadId: uploadId })).catch((error: unknown) => {
        if (statusOf(error) !== 404) throw error;
      });
    },

    async put(key, bytes) {
      await client.send(new PutObjectCommand({ ...at(key), Body: bytes, ContentLength: bytes.length }));
    },

    async copy(from, etag, to) {
      const source = { CopySource: `${bucket}/${from}`, CopySourceIfMatch: etag };
      await client.send(new CopyObjectCommand({ ...at(to), ...source, ChecksumAlgorithm: 'SHA256' }));
    },
  };
}

const statusOf = (error: unknown): number =>
  error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0;
