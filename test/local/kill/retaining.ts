import path from 'node:path';
import { artifactServer } from '../../../local/artifact-server.ts';
import { ownArtifacts } from '../../../local/artifacts.ts';
import { listen } from '../../../local/listen.ts';
import { openSecret } from '../../../local/secret.ts';
import { DAY_MS } from '../../../shared/domain/day.ts';
import { selfAs } from '../../../shared/domain/principal.ts';
import { applyRetention } from '../../../shared/reactions/retention/run.ts';
import { sqliteTable } from '../../../shared/store/sqlite-table.ts';
import { tableStore } from '../../../shared/store/table-store.ts';

/**
 * A process of its own, for a test that kills it: retention over the directory of a registry, so many days from now. It
 * tells of each write of the table, and ends when nothing is left to do.
 */
const [directory = '', days = '0'] = process.argv.slice(2);
const now = () => new Date(Date.now() + Number(days) * DAY_MS);

const table = sqliteTable({ file: path.join(directory, 'registry.sqlite') });
table.onCommit(() => void process.send?.('written'));
const { artifactKey } = await openSecret(directory);
const region = 'us-east-1';
const bucket = 'artifacts';
const { server, endpoint, close } = await listen('127.0.0.1', 0);
const files = await artifactServer({
  directory: path.join(directory, bucket),
  bucket,
  region,
  credentials: () => artifactKey,
  now: () => new Date(),
});
server.on('request', files.handler);
const { artifacts } = ownArtifacts({ bucket, region, key: artifactKey, endpoint, own: endpoint });

const services = { artifacts, now, log: console.log };
const world = { actor: selfAs('on-apply-retention'), now: now(), store: tableStore(table), services };
await applyRetention(world, new Date(now().getTime() + DAY_MS));
await close();
await files.close();
await table.close();
process.disconnect();
