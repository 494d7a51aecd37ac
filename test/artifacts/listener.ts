import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { artifactServer } from '../../local/artifact-server.ts';
import type { S3Location } from './s3-promises/bucket.ts';

export const credentials = { accessKeyId: 'AKIASIGNETTEST', secretAccessKey: 'a secret of the tests' };

export interface Listener extends AsyncDisposable, S3Location {
  readonly directory: string;
}

/** The artifact server behind a real HTTP listener, with a directory that is gone afterwards. */
export async function listen(): Promise<Listener> {
  const directory = await mkdtemp(path.join(tmpdir(), 'signet-artifacts-'));
  const location = { region: 'eu-west-1', bucket: 'artifacts' };
  const { handler } = artifactServer({
    ...location,
    directory,
    credentials: (accessKeyId) =>
      accessKeyId === credentials.accessKeyId
        ? { ...credentials, arn: 'arn:aws:iam::111122223333:user/registry', accountId: '111122223333' }
        : undefined,
    now: () => new Date(),
  });
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    ...location,
    credentials,
    directory,
    endpoint: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await rm(directory, { recursive: true });
    },
  };
}
