import { afterAll, beforeEach, describe } from 'vitest';
import { type Bucket, bucketAt, type S3Location } from './s3-promises/bucket.ts';
import { objectPromises } from './s3-promises/objects.ts';
import { signaturePromises } from './s3-promises/signatures.ts';
import { uploadPromises } from './s3-promises/uploads.ts';

/** Names of promises, each with the reason why a server does not keep it. */
export type Gaps = Readonly<Record<string, string>>;

/**
 * What the registry relies on in S3, whoever serves it. Everything is asked over HTTP, through presigned URLs and the
 * SDK; nothing here knows a particular server. What a test writes is under `signet-test/`, and swept at the end.
 * Promises that a server is known not to keep are skipped: `gaps` says why, by the name of each.
 */
export function anS3ThatKeepsThePromises(name: string, open: () => Promise<S3Location>, gaps: Gaps = {}): void {
  let opened: Promise<Bucket> | undefined;
  const bucket = () => {
    opened ??= open().then(bucketAt);
    return opened;
  };

  describe(name, () => {
    beforeEach(({ task, skip }) => {
      const gap = gaps[task.name];
      if (gap !== undefined) skip(gap);
    });

    signaturePromises(bucket);
    objectPromises(bucket);
    uploadPromises(bucket);

    afterAll(async () => (await opened)?.sweep());
  });
}
