import { mkdir } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import path from 'node:path';
import { s3Artifacts, s3Client } from '../shared/artifacts/s3.ts';
import type { Services } from '../shared/http/services.ts';
import type { LogEntry } from '../shared/log.ts';
import { sqliteTable } from '../shared/store/sqlite-table.ts';
import type { Table } from '../shared/store/table.ts';
import { artifactServer } from './artifact-server.ts';
import { loadEndpoints } from './endpoints.ts';
import { DEPLOYMENT_ADMIN, firstCredentials, makeTenants } from './first-start.ts';
import { gateway } from './gateway.ts';
import { listen } from './listen.ts';
import { type Credentials, credentialsIn, readCredentials, writeCredentials } from './principals.ts';
import { openSecret } from './secret.ts';
import { servicesOn } from './services.ts';
import type { Credential } from './sigv4.ts';

export interface RegistryOptions {
  /** Where everything is kept. It is made if it is not there, and no other registry may use it at the same time. */
  readonly directory: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly host?: string;
  readonly region?: string;
  readonly now?: () => Date;
  readonly log?: (entry: LogEntry) => void;
  /** Finds keys besides those of the credentials file. */
  readonly keys?: (accessKeyId: string) => Credential | undefined;
}

/** The whole registry in this process. */
export interface Registry {
  readonly endpoint: string;
  readonly region: string;
  /** An AWS credentials file with a profile `signet-<name>` for each principal. */
  readonly credentialsFile: string;
  readonly credentials: Credentials;
  readonly table: Table;
  readonly services: Services;
  /** Takes no more requests, and ends when those under way are answered, or after five seconds. */
  close(): Promise<void>;
}

const BUCKET = 'artifacts';

/**
 * Opens the registry of a directory, and serves it over HTTP.
 *
 * @throws {TableLocked} @throws {TableDamaged} @throws {StorageFull} @throws errors with a code of the operating system,
 * such as `EADDRINUSE`
 */
export async function openRegistry(options: RegistryOptions): Promise<Registry> {
  const { directory, port, host = '127.0.0.1', region = 'us-east-1', now = () => new Date() } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await using opening = new AsyncDisposableStack();
  // First of all, because it is the lock on the directory.
  const table = opening.adopt(sqliteTable({ file: path.join(directory, 'registry.sqlite') }), (one) => one.close());
  const { cursorKey, artifactKey } = await openSecret(directory);
  const endpoints = await loadEndpoints();
  const files = await artifactServer({
    directory: path.join(directory, BUCKET),
    bucket: BUCKET,
    region,
    credentials: (accessKeyId) => (accessKeyId === artifactKey.accessKeyId ? artifactKey : undefined),
    now: () => new Date(),
  });

  const { server, endpoint } = opening.adopt(await listen(host, port), (one) => one.close());
  const services = servicesOn({
    table,
    artifacts: s3Artifacts({ client: s3Client({ endpoint, region, credentials: artifactKey }), bucket: BUCKET }),
    cursorKey,
    deploymentAdmin: DEPLOYMENT_ADMIN,
    now,
    log: options.log ?? (() => {}),
  });
  const credentialsFile = path.join(directory, 'credentials');
  const fresh = new Map<string, Credential>();
  const inFile = credentialsIn(credentialsFile);
  const keys = (id: string) => inFile(id) ?? fresh.get(id) ?? options.keys?.(id);
  server.on('request', sharing(gateway({ endpoints, services, region, credentials: keys }), files.handler));

  const credentials = await principals(credentialsFile, { endpoint, region }, fresh);
  const opened = opening.move();
  return { endpoint, region, credentialsFile, credentials, table, services, close: () => opened.disposeAsync() };
}

/** One port for both: the artifacts are under the name of their bucket, everything else is the gateway's. */
const sharing =
  (api: RequestListener, files: RequestListener): RequestListener =>
  (message, response) =>
    message.url?.startsWith(`/${BUCKET}`) ? files(message, response) : api(message, response);

/** The principals of the credentials file. At the first start they are made: the file is there once all of them are. */
async function principals(
  file: string,
  where: { readonly endpoint: string; readonly region: string },
  fresh: Map<string, Credential>,
): Promise<Credentials> {
  const there = await readCredentials(file);
  if (there) return there;

  const credentials = firstCredentials();
  for (const credential of Object.values(credentials)) fresh.set(credential.accessKeyId, credential);
  await makeTenants(where, credentials);
  await writeCredentials(file, credentials);
  fresh.clear();
  return credentials;
}
