import { GetObjectCommand, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { type Checkpoints, nameOf, SealedFile, textOfFile } from '../audit/checkpoints.ts';

/** Checkpoints in a bucket whose lock lets nobody change or delete them. */
export function s3Checkpoints({ client, bucket }: { client: S3Client; bucket: string }): Checkpoints {
  return {
    async keep(file) {
      const object = { Bucket: bucket, Key: nameOf(file) };
      try {
        await client.send(
          new PutObjectCommand({
            ...object,
            Body: textOfFile(file),
            ContentType: 'application/json',
            IfNoneMatch: '*',
            // A bucket with a lock takes nothing without one.
            ChecksumAlgorithm: 'SHA256',
          }),
        );
        return file;
      } catch (error) {
        if (!isThere(error)) throw error;
        const { Body } = await client.send(new GetObjectCommand(object));
        return SealedFile.parse(JSON.parse((await Body?.transformToString()) ?? ''));
      }
    },
  };
}

const isThere = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412;
