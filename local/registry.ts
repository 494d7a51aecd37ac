import path from 'node:path';
import { monotonicFactory } from 'ulid';
import { ownSigner } from '../shared/audit/signer.ts';
import type { Issuer } from '../shared/domain/issuer.ts';
import type { Services } from '../shared/http/services.ts';
import type { LogEntry } from '../shared/log.ts';
import { makeDirectory } from '../shared/make-directory.ts';
import { sqliteTable } from '../shared/store/sqlite-table.ts';
import type { Table } from '../shared/store/table.ts';
import { tableStore } from '../shared/store/table-store.ts';
import { ownArtifacts } from './artifacts.ts';
import { ownCheckpoints } from './checkpoints.ts';
import { movableClock } from './clock.ts';
import { loadEndpoints } from './endpoints.ts';
import { BUCKET, openFiles, sharing } from './files.ts';
import { DEPLOYMENT_ADMIN, tenantsAreIn } from './first-start.ts';
import { gateway } from './gateway.ts';
import { listen } from './listen.ts';
import { peopleOf } from './people.ts';
import type { Credentials } from './principals.ts';
import { localQueues } from './reactions/queues.ts';
import { startReactions } from './reactions/reactions.ts';
import { localSubscribers } from './reactions/subscribers.ts';
import { openSecret } from './secret.ts';
import { servicesOn } from './services.ts';
import type { Credential } from './sigv4.ts';
import { type Consumer, tableStream } from './stream.ts';
import { openTable } from './table.ts';
import { refuseWithoutArtifacts, refuseWithoutTable } from './whole.ts';

export interface RegistryOptions {
  /** Where everything is kept. It is made if it is not there, and no other registry may use it at the same time. */
  readonly directory: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** The address to listen on; 127.0.0.1 unless told. */
  readonly host?: string;
  /** Where clients find the registry, if that is not `http://<host>:<port>`. The URLs of files begin with it. */
  readonly url?: string | undefined;
  readonly region?: string;
  /** A DynamoDB endpoint that keeps the table, in place of a file in the directory. */
  readonly dynamodb?: string | undefined;
  /** Receivers of webhooks that need be neither public nor https. */
  readonly trustedOrigins?: ReadonlySet<string>;
  /** Others whose tokens are taken. */
  readonly issuers?: readonly Issuer[];
  readonly now?: () => Date;
  /** Lets whoever looks after it put its clock forward, as fits one that keeps nothing. */
  readonly movable?: boolean;
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
  /** Gives every change of the table from now on to a consumer. */
  readonly consume: (consumer: Consumer) => void;
  /** Takes no more requests, and ends when those under way are answered, or after five seconds. */
  close(): Promise<void>;
}

/**
 * Opens the registry of a directory, and serves it over HTTP.
 *
 * @throws {TableLocked} @throws {TableDamaged} @throws {Unavailable} @throws {Refused} where parts of it are gone
 * @throws errors with a code of the operating system,
 * such as `EADDRINUSE`
 */
export async function openRegistry(options: RegistryOptions): Promise<Registry> {
  const { directory, port, dynamodb, host = '127.0.0.1', region = 'us-east-1' } = options;
  const { now: signedAt = () => new Date(), log = () => {}, trustedOrigins } = options;
  const clock = movableClock(signedAt);
  const { now } = clock;
  await makeDirectory(directory, 0o700);
  if (dynamodb === undefined) refuseWithoutTable(directory);
  await using opening = new AsyncDisposableStack();

  const onError = (error: unknown) => log({ code: 'stream.failed', error });
  const stream = opening.adopt(tableStream({ region, now, onError }), (one) => one.close());
  // Before all other files, because it is the lock on the directory.
  const { table } = opening.use(await openTable({ directory, region, dynamodb, onCommit: stream.commit }));
  const made = { tenants: await tenantsAreIn(tableStore(table)) };
  if (made.tenants) refuseWithoutArtifacts(directory, { ownTable: dynamodb === undefined });
  const { artifactKey, checkpointKey, ...secret } = await openSecret(directory);
  const files = opening.adopt(await openFiles({ directory, region, artifactKey }), (one) => one.close());
  const queued = opening.adopt(sqliteTable({ file: path.join(directory, 'queues.sqlite') }), (one) => one.close());
  const queues = localQueues({ table: queued, now, newId: monotonicFactory() });
  const subscribers = localSubscribers({ table: queued, directory: path.join(directory, 'buses'), region });
  const endpoints = await loadEndpoints();

  // Before the server, so that they end after it: whatever it answered last is still told.
  const reactions: Closing[] = [];
  opening.defer(async () => void (await Promise.all(reactions.map((one) => one.close()))));
  const { server, endpoint: own } = opening.adopt(await listen(host, port), (one) => one.close());
  const { url: endpoint = own } = options;
  const stores = ownArtifacts({ bucket: BUCKET, region, key: artifactKey, endpoint, own });
  const services = servicesOn({
    table,
    ...stores,
    queues,
    subscribers,
    signer: ownSigner(checkpointKey),
    checkpoints: ownCheckpoints(path.join(directory, 'checkpoints')),
    ...secret,
    trustedOrigins,
    issuers: options.issuers,
    deploymentAdmin: DEPLOYMENT_ADMIN,
    now,
    log,
  });
  const people = peopleOf(directory, options.keys);
  const running = await startReactions({ stream, queues, table: queued, services, clock });
  reactions.push(running);
  const advance = options.movable ? running.advance : undefined;
  const api = gateway({
    endpoints,
    services,
    region,
    credentials: people.keys,
    endpoint: options.url,
    signedAt,
    advance,
  });
  server.on('request', sharing(api, files.handler));
  const credentials = await people.ready({ endpoint: own, region }, made);

  const { consume } = stream;
  const { file: credentialsFile } = people;
  const opened = opening.move();
  return {
    endpoint,
    region,
    credentialsFile,
    credentials,
    table,
    services,
    consume,
    close: () => opened.disposeAsync(),
  };
}

interface Closing {
  close(): Promise<void>;
}
