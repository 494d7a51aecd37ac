import { inject, it } from 'vitest';
import type { Registry } from '../../local/registry.ts';
import type { Credential } from '../../local/sigv4.ts';
import type { PolicyDocument } from '../../shared/domain/policy-document.ts';
import type { Role } from '../../shared/domain/role.ts';
import type { Client } from '../../shared/http/client.ts';
import type { LogEntry } from '../../shared/log.ts';
import type { Clock } from './clock.ts';
import { deployedRegistry } from './deployed-registry.ts';
import { embeddedRegistry } from './embedded-registry.ts';
import { LENIENT } from './lenient.ts';
import { aName } from './names.ts';
import type { RawAnswer, RawOptions } from './raw.ts';

/** A registry for tests: real HTTP, real signatures. An embedded one has a real file, and a clock that tests may set. */
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
  /** Lets webhooks lead to an address on this machine. */
  trust(origin: string): void;
  /** Makes a checkpoint of all that has happened in a tenant. */
  seal(tenant: string): Promise<void>;
  /** The admin of the deployment. */
  readonly deploymentAdmin: Credential;
  /** One request, byte for byte as it is told, signed for `as` if there is one. */
  raw(method: string, target: string, options?: RawOptions): Promise<RawAnswer>;
}

/** One registry for a whole test file. To be opened at its top level; it ends with the file. */
export const aRegistry = (): Promise<TestRegistry> => (deployed ? deployedRegistry(deployed) : embeddedRegistry());

const deployed = inject('deployed');

/**
 * A test of what only the embedded registry has: a clock that can be set, a table at hand, callers of any account, time
 * for a thousand calls. Its functions also get a path as it was sent, as they do on AWS: MiniStack decodes it for them,
 * so that names with an encoded `/` or `%` are not theirs any more.
 */
export const itEmbedded = it.skipIf(deployed !== undefined);

/**
 * A tenant of its own for one test, with a member for each role on `*`. Unless told otherwise its policy demands nothing,
 * as most tests are not about that.
 */
export type TestTenant = { readonly id: string } & { readonly [R in Role]: Client } & {
  readonly keys: { readonly [R in Role]: Credential };
  /** Makes a checkpoint of all that has happened in it. */
  seal(): Promise<void>;
};

const ROLES = ['admin', 'publisher', 'reviewer', 'releaser', 'reader'] as const satisfies Role[];

export async function aTenant(
  registry: TestRegistry,
  { policy = LENIENT }: { readonly policy?: PolicyDocument | 'default' } = {},
): Promise<TestTenant> {
  const id = aName('tenant');
  const keys = Object.fromEntries(
    ROLES.map((role) => [role, registry.stranger(`${role}-of-${id}`)]),
  ) as TestTenant['keys'];

  await registry.client(registry.deploymentAdmin).createTenant({ tenant: id, admin: keys.admin.arn });
  const admin = registry.client(keys.admin);
  for (const role of ROLES) {
    if (role !== 'admin') await admin.putMember({ principal: keys[role].arn, roles: [{ role }] });
  }
  if (policy !== 'default') await admin.putPolicy({ policy });
  const clients = Object.entries(keys).map(([name, credential]) => [name, registry.client(credential)]);
  return { id, keys, seal: () => registry.seal(id), ...(Object.fromEntries(clients) as Record<Role, Client>) };
}

/** Somebody who has all roles in another tenant: what they may not do is not for want of a role at home. */
export async function anOutsider(registry: TestRegistry): Promise<Credential> {
  const outsider = registry.stranger();
  await registry.client(registry.deploymentAdmin).createTenant({ tenant: aName('other'), admin: outsider.arn });
  const roles = ROLES.map((role) => ({ role }));
  await registry.client(outsider).putMember({ principal: outsider.arn, roles });
  return outsider;
}
