import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { artifactServer } from '../../local/artifact-server.ts';
import type { S3Location } from './s3-promises/bucket.ts';

const credentials = { accessKeyId: 'AKIASIGNETTEST', secretAccessKey: 'a secret of the tests' };

/** Where a server on a port of this machine is. */
export const locationAt = (port: number): S3Location => ({
  endpoint: `http://127.0.0.1:${port}`,
  region: 'eu-west-1',
  bucket: 'artifacts',
  credentials,
});

/** The artifact server behind a real HTTP listener. */
export async function listenIn(directory: string, options: { readonly silenceMs?: number } = {}) {
  const { region, bucket } = locationAt(0);
  const whose = { ...credentials, arn: 'arn:aws:iam::111122223333:user/registry', accountId: '111122223333' };
  const { handler } = await artifactServer({
    ...options,
    directory,
    region,
    bucket,
    credentials: (accessKeyId) => (accessKeyId === credentials.accessKeyId ? whose : undefined),
    now: () => new Date(),
  });
  const server = createServer({ requestTimeout: 0 }, handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, port };
}

export interface Listener extends AsyncDisposable {
  readonly location: S3Location;
  readonly directory: string;
}

/** The artifact server with a directory that is gone afterwards. */
export async function listen(options: { readonly silenceMs?: number } = {}): Promise<Listener> {
  // Alone in a folder of its own: what escaped from it would be seen there.
  const around = await mkdtemp(path.join(tmpdir(), 'signet-artifacts-'));
  const directory = path.join(around, 'artifacts');
  const { server, port } = await listenIn(directory, options);
  return {
    location: locationAt(port),
    directory,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await rm(around, { recursive: true });
    },
  };
}
