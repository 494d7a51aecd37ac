import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterAll } from 'vitest';
import { ownCheckpoints } from '../../local/checkpoints.ts';
import { loadEndpoints } from '../../local/endpoints.ts';
import { DEPLOYMENT_ADMIN } from '../../local/first-start.ts';
import { gateway } from '../../local/gateway.ts';
import { listen } from '../../local/listen.ts';
import { localQueues } from '../../local/reactions/queues.ts';
import { servicesOn } from '../../local/services.ts';
import { registryClient } from '../../shared/http/client.ts';
import { cachedMemberships } from '../../shared/http/memberships.ts';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import type { Table } from '../../shared/store/table.ts';
import { sendRaw } from './raw.ts';
import type { TestRegistry } from './registry.ts';
import { seal } from './seal.ts';

const MEMBERSHIP_SECONDS = 60;

/**
 * The same registry once more, with the same people and artifacts, over another table: one that counts, one that fails,
 * one on DynamoDB. It remembers memberships for a minute, as on AWS, and does not wait before it decides anew.
 */
export async function registryOver(registry: TestRegistry, table: Table): Promise<TestRegistry> {
  const { region, clock, services } = registry;
  const { server, endpoint, close } = await listen('127.0.0.1', 0);
  afterAll(close);
  const own = servicesOn({
    table,
    artifacts: services.artifacts,
    staging: services.staging,
    queues: localQueues({ table: sqliteTable({ file: ':memory:' }), now: clock.now, newId: services.newId }),
    subscribers: { connect: async () => {}, disconnect: async () => {}, forward: async () => {} },
    signer: services.signer,
    checkpoints: ownCheckpoints(path.join(registry.directory, randomUUID())),
    cursorKey: new Uint8Array(32).fill(7),
    webhookKey: new Uint8Array(32).fill(8),
    tokenKey: new Uint8Array(32).fill(9),
    deploymentAdmin: DEPLOYMENT_ADMIN,
    now: clock.now,
    log: services.log,
  });
  const memberships = cachedMemberships(own.store, MEMBERSHIP_SECONDS, clock.now);
  const over = { ...own, memberships, pause: async () => {} };
  server.on(
    'request',
    gateway({
      endpoints: await loadEndpoints(),
      services: over,
      region,
      credentials: registry.keysOf,
      signedAt: clock.now,
    }),
  );
  return {
    ...registry,
    endpoint,
    table,
    services: over,
    seal: (tenant) => seal(over, tenant),
    client: (keys, tenant) =>
      registryClient({ endpoint, region, credentials: keys, now: clock.now, ...(tenant && { tenant }) }),
    raw: (method, target, options) => sendRaw({ endpoint, region, now: clock.now }, method, target, options),
  };
}
