import { afterAll, expect } from 'vitest';
import { routeOf } from '../../local/gateway/routes.ts';
import { newCredential } from '../../local/principals.ts';
import type { Credential } from '../../local/sigv4.ts';
import { type OperationName, operations } from '../../shared/contract/operations.ts';
import { type Client, Problem, registryClient } from '../../shared/http/client.ts';
import type { LogEntry } from '../../shared/log.ts';
import { undeclaredIn } from './answers.ts';
import { runDeployed } from './deployed-reactions.ts';
import { ACCOUNT, REGION } from './emulated-aws.ts';
import { type Identities, identitiesOf } from './identities.ts';
import { aName } from './names.ts';
import { sendRaw } from './raw.ts';
import type { TestRegistry } from './registry.ts';

/** The registry as it is deployed, for one test file. Its log is what its callers saw. */
export async function deployedRegistry({
  api,
  aws,
}: {
  readonly api: string;
  readonly aws: string;
}): Promise<TestRegistry> {
  const identities = identitiesOf(aws);
  const send = rawTo(api, identities);
  const log: LogEntry[] = [];
  afterAll(() => {
    identities.close();
    expect(undeclaredIn(log), 'answers that no row declares').toEqual([]);
  });
  const saw: Saw = (operation, status, failure) =>
    log.push({ code: 'request.answered', requestId: '', operation, status, milliseconds: 0, failure });

  const registry: Partial<TestRegistry> = {
    endpoint: api,
    region: REGION,
    log,
    deploymentAdmin: newCredential('deployment-admin', ACCOUNT),
    admit: (credential) => credential,
    stranger: (name = aName('someone')) => newCredential(name, ACCOUNT),
    // Of every tenant: the others had a new one in 15 minutes anyway.
    seal: () => runDeployed(aws, 'onSignCheckpoint'),
    client: (credential, tenant) => watched(clientOf(api, identities, credential, tenant), saw),
    raw: async (method, target, options) => {
      const answer = await send(method, target, options);
      const [path = ''] = target.split('?', 1);
      saw(routeOf(method, path)?.name ?? path, answer.status, answer.body?.code);
      return answer;
    },
  };
  return new Proxy(registry, { get: presentIn }) as TestRegistry;
}

/** Requests to the API, signed with the keys that IAM has for whoever they are to be of. */
export const rawTo =
  (api: string, { keysOf }: Identities): TestRegistry['raw'] =>
  async (method, target, { as, ...options } = {}) => {
    const where = { endpoint: api, region: REGION, now: () => new Date() };
    return sendRaw(where, method, target, { ...options, ...(as && { as: await keysOf(as) }) });
  };

/** @throws Error for what only the embedded registry has */
function presentIn(registry: Partial<TestRegistry>, name: string | symbol): unknown {
  // Whoever awaits it asks whether it is a promise.
  if (name in registry || name === 'then') return Reflect.get(registry, name);
  throw new Error(`A registry that is deployed has no ${String(name)}: mark the test with itEmbedded.`);
}

const clientOf = (endpoint: string, { keysOf }: Identities, credential: Credential, tenant?: string): Client =>
  registryClient({ endpoint, region: REGION, credentials: () => keysOf(credential), ...(tenant && { tenant }) });

type Saw = (operation: string, status: number, failure?: string) => void;

/** The same client, telling how each call ended: also those that stream, when they do. */
function watched(client: Client, saw: Saw): Client {
  const calls = Object.entries(client).map(([name, call]) => {
    const done = () => saw(name, operations[name as OperationName].status);
    const failed = (error: unknown) => {
      if (error instanceof Problem) saw(name, error.status, error.code);
    };
    const watching = (...args: Parameters<typeof call>) => {
      const answer = (call as (...args: unknown[]) => Promise<unknown> | AsyncIterable<unknown>)(...args);
      if (!(answer instanceof Promise)) return watchedLines(answer, done, failed);
      answer.then(done, failed);
      return answer;
    };
    return [name, watching];
  });
  return Object.fromEntries(calls) as Client;
}

/** Whoever takes only the first lines was answered as well. */
async function* watchedLines(lines: AsyncIterable<unknown>, done: () => void, failed: (error: unknown) => void) {
  let tell = done;
  try {
    yield* lines;
  } catch (error) {
    tell = () => failed(error);
    throw error;
  } finally {
    tell();
  }
}
