import type { S3Client } from '@aws-sdk/client-s3';
import type { Artifacts } from '../shared/artifacts/artifacts.ts';
import { s3Artifacts, s3Client } from '../shared/artifacts/s3.ts';
import { s3Staging } from '../shared/artifacts/s3-staging.ts';
import type { Staging } from '../shared/artifacts/staging.ts';
import type { Credential } from './sigv4.ts';

export interface ArtifactsOptions {
  readonly bucket: string;
  readonly region: string;
  readonly key: Credential;
  /** Where clients find the artifact server: their URLs are signed for it. */
  readonly endpoint: string;
  /** Where this process finds it. */
  readonly own: string;
}

/** The artifacts of an artifact server that runs in this process, and what becomes some. */
export function ownArtifacts({ bucket, region, key, endpoint, own }: ArtifactsOptions): {
  readonly artifacts: Artifacts;
  readonly staging: Staging;
} {
  const client = s3Client({ endpoint, region, credentials: key });
  if (endpoint !== own) callAt(client, new URL(own));
  return { artifacts: s3Artifacts({ client, bucket }), staging: s3Staging({ client, bucket }) };
}

/** Sends what is signed for one address to another: the public name may not be reachable from here. */
function callAt(client: S3Client, { protocol, hostname, port }: URL): void {
  client.middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request as object, { protocol, hostname, port: Number(port) });
      return next(args);
    },
    { step: 'deserialize', priority: 'low', name: 'callAt' },
  );
}
