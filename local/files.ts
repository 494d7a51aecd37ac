import type { RequestListener } from 'node:http';
import path from 'node:path';
import { artifactServer } from './artifact-server.ts';
import type { Credential } from './sigv4.ts';

/** The name of the bucket, and of its directory. */
export const BUCKET = 'artifacts';

/** The artifact server has one client: the registry, which signs URLs for everybody else. */
export const openFiles = ({
  directory,
  region,
  artifactKey,
}: {
  directory: string;
  region: string;
  artifactKey: Credential;
}) =>
  artifactServer({
    directory: path.join(directory, BUCKET),
    bucket: BUCKET,
    region,
    credentials: (accessKeyId) => (accessKeyId === artifactKey.accessKeyId ? artifactKey : undefined),
    now: () => new Date(),
  });

/** One port for both: the artifacts are under the name of their bucket, everything else is the gateway's. */
export const sharing =
  (api: RequestListener, files: RequestListener): RequestListener =>
  (message, response) =>
    /^\/artifacts(?:[/?]|$)/.test(message.url ?? '') ? files(message, response) : api(message, response);
