import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from 'vitest';
import { newCredential } from '../../local/principals.ts';
import { openRegistry, type Registry } from '../../local/registry.ts';
import type { Credential } from '../../local/sigv4.ts';
import type { Role } from '../../shared/domain/role.ts';
import { type Client, registryClient } from '../../shared/http/client.ts';
import type { LogEntry } from '../../shared/log.ts';
import { undeclaredIn } from './answers.ts';
import { aClock, type Clock } from './clock.ts';
import { type RawAnswer, type RawOptions, sendRaw } from './raw.ts';

/** An embedded registry for tests: real HTTP, real signatures, a real file, and a clock that tests may set. */
export interface TestRegistry extends Omit<Registry, 'credentials'> {
  readonly directory: string;
  readonly clock: Clock;
  /** Finds the keys of everyone it knows. */
  readonly keysOf: (accessKeyId: string) => Credential | undefined;
  /** Every line that it logged. */
  readonly log: readonly LogEntry[];
  /** Someone new, whom nobody has invited yet. */
  stranger(name?: string): Credential;
  /** Keys as the registry shall know them: of a role's session, say. */
  admit(credential: Credential): Credential;
  /** The registry as functions, for whoever has these keys. */
  client(credential: Credential, tenant?: string): Client;
  /** The admin of the deployment. */
  readonly deploymentAdmin: Credential;
  /** One request, byte for byte as it is told, signed for `as` if there is one. */
  raw(method: string, target: string, options?: RawOptions): Promise<RawAnswer>;
}

/** One registry for a whole test file. To be opened at its top level; it ends with the file. */
export async function aRegistry(): Promise<TestRegistry> {
  const directory = await mkdtemp(path.join(tmpdir(), 'signet-registry-'));
  const clock = aClock();
  const admitted = new Map<string, Credential>();
  const log: LogEntry[] = [];
  const registry = await openRegistry({
    directory,
    port: 0,
    now: clock.now,
    log: (entry) => log.push(entry),
    keys: (accessKeyId) => admitted.get(accessKeyId),
  });
  afterAll(async () => {
    await registry.close();
    await rm(directory, { recursive: true });
    expect(undeclaredIn(log), 'answers that no row declares').toEqual([]);
  });

  const { endpoint, region, credentials } = registry;
  const admit = (credential: Credential) => {
    admitted.set(credential.accessKeyId, credential);
    return credential;
  };
  return {
    ...registry,
    directory,
    clock,
    log,
    keysOf: (id) => admitted.get(id) ?? Object.values(credentials).find(({ accessKeyId }) => accessKeyId === id),
    deploymentAdmin: known(credentials['admin']),
    admit,
    stranger: (name = aName('someone')) => admit(newCredential(name, '000000000009')),
    client: (credential, tenant) =>
      registryClient({ endpoint, region, credentials: credential, now: clock.now, ...(tenant && { tenant }) }),
    raw: (method, target, options) => sendRaw({ endpoint, region, now: clock.now }, method, target, options),
  };
}

/** A tenant of its own for one test, with a member for each role on `*`, and somebody who has all roles in another. */
export type TestTenant = { readonly id: string } & { readonly [R in Role | 'outsider']: Client } & {
  readonly keys: { readonly [R in Role | 'outsider']: Credential };
};

const ROLES = ['admin', 'publisher', 'reviewer', 'releaser', 'reader'] as const satisfies Role[];

export async function aTenant(registry: TestRegistry): Promise<TestTenant> {
  const id = aName('tenant');
  const keys = Object.fromEntries(
    [...ROLES, 'outsider' as const].map((name) => [name, registry.stranger(`${name}-of-${id}`)]),
  ) as TestTenant['keys'];

  const deployment = registry.client(registry.deploymentAdmin);
  await deployment.createTenant({ tenant: id, admin: keys.admin.arn });
  await deployment.createTenant({ tenant: aName('other'), admin: keys.outsider.arn });
  // Whatever they may not do here is not for want of a role at home.
  const roles = ROLES.map((role) => ({ role }));
  await registry.client(keys.outsider).putMember({ principal: keys.outsider.arn, roles });
  const admin = registry.client(keys.admin);
  for (const role of ROLES) {
    if (role !== 'admin') await admin.putMember({ principal: keys[role].arn, roles: [{ role }] });
  }
  const clients = Object.entries(keys).map(([name, credential]) => [name, registry.client(credential)]);
  return { id, keys, ...(Object.fromEntries(clients) as Record<Role | 'outsider', Client>) };
}

/** A name that no other test uses. */
export const aName = (prefix: string): string => `${prefix}-${randomBytes(6).toString('hex')}`;

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected it to be there');
  return value;
}
