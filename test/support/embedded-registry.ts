import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from 'vitest';
import { newCredential } from '../../local/principals.ts';
import { openRegistry } from '../../local/registry.ts';
import type { Credential } from '../../local/sigv4.ts';
import { registryClient } from '../../shared/http/client.ts';
import type { LogEntry } from '../../shared/log.ts';
import { undeclaredIn } from './answers.ts';
import { aClock } from './clock.ts';
import { aName } from './names.ts';
import { sendRaw } from './raw.ts';
import type { TestRegistry } from './registry.ts';
import { seal } from './seal.ts';

/** Not the account that the API is of: whoever takes the owner's for the caller's shows here. */
const STRANGERS = '444455556666';

/** A registry in this process, for one test file. */
export async function embeddedRegistry(): Promise<TestRegistry> {
  const directory = await mkdtemp(path.join(tmpdir(), 'signet-registry-'));
  const clock = aClock();
  const admitted = new Map<string, Credential>();
  const log: LogEntry[] = [];
  const trustedOrigins = new Set<string>();
  const registry = await openRegistry({
    directory,
    port: 0,
    now: clock.now,
    trustedOrigins,
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
    trust: (origin) => void trustedOrigins.add(origin),
    keysOf: (id) => admitted.get(id) ?? Object.values(credentials).find(({ accessKeyId }) => accessKeyId === id),
    deploymentAdmin: known(credentials['admin']),
    admit,
    seal: (tenant) => seal(registry.services, tenant),
    stranger: (name = aName('someone')) => admit(newCredential(name, STRANGERS)),
    client: (credential, tenant) =>
      registryClient({ endpoint, region, credentials: credential, now: clock.now, ...(tenant && { tenant }) }),
    raw: (method, target, options) => sendRaw({ endpoint, region, now: clock.now }, method, target, options),
  };
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected it to be there');
  return value;
}
