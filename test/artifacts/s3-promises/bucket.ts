import { createHash, randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Artifacts, Content } from '../../../shared/artifacts/artifacts.ts';
import { s3Artifacts, s3Client } from '../../../shared/artifacts/s3.ts';

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A bucket somewhere, and keys that may do anything in it. */
export interface S3Location {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly credentials: Keys;
}

/** A bucket as a test uses it: the SDK's client, the registry's port, and keys that no other test has. */
export interface Bucket {
  readonly location: S3Location;
  readonly client: S3Client;
  readonly artifacts: Artifacts;
  /** Bucket and key, as each command of the SDK wants them. */
  readonly at: (key: string) => { Bucket: string; Key: string };
  /** A key that is new, and swept at the end. */
  readonly newKey: (name?: string) => string;
  /** Begins an upload whose parts need checksums. */
  readonly begin: (key: string) => Promise<string>;
  /** Removes an object, whatever it is by now. */
  readonly remove: (key: string) => Promise<void>;
  /** The same bucket to somebody with other keys. */
  readonly as: (credentials: Keys) => Bucket;
  readonly sweep: () => Promise<void>;
}

export function bucketAt(location: S3Location): Bucket {
  const { bucket, ...options } = location;
  const client = s3Client(options);
  const artifacts = s3Artifacts({ client, bucket });
  const prefix = `signet-test/${randomUUID()}`;
  const keys: string[] = [];
  const uploads: { Bucket: string; Key: string; UploadId: string }[] = [];
  const at = (key: string) => ({ Bucket: bucket, Key: key });
  const remove = async (key: string) => {
    await client.send(new DeleteObjectCommand(at(key)));
  };

  return {
    location,
    client,
    artifacts,
    at,
    remove,
    newKey: (name = 'object') => {
      const key = `${prefix}/${keys.length}/${name}`;
      keys.push(key);
      return key;
    },
    begin: async (key) => {
      const command = new CreateMultipartUploadCommand({ ...at(key), ChecksumAlgorithm: 'SHA256' });
      const uploadId = (await client.send(command)).UploadId ?? '';
      uploads.push({ ...at(key), UploadId: uploadId });
      return uploadId;
    },
    as: (credentials) => bucketAt({ ...location, credentials }),
    sweep: async () => {
      for (const upload of uploads) await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
      for (const key of keys) await remove(key);
      client.destroy();
    },
  };
}

const sha256 = (bytes: Uint8Array | string, encoding: 'hex' | 'base64') =>
  createHash('sha256').update(bytes).digest(encoding);

export const hex = (bytes: Uint8Array | string): string => sha256(bytes, 'hex');
export const base64 = (bytes: Uint8Array | string): string => sha256(bytes, 'base64');

/** What a client states of bytes before it has a URL for them. */
export const contentOf = (bytes: Uint8Array): Content => ({ bytes: bytes.length, sha256: hex(bytes) });

/** The SHA-256 of an object as it is now, or `undefined` where there is none. */
export async function digestIn(artifacts: Artifacts, key: string): Promise<string | undefined> {
  const object = await artifacts.stat(key);
  const content = object && (await artifacts.section(key, object.etag, 0, object.bytes));
  return content && hex(content);
}
