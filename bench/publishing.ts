import { Agent } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { registryClient } from '../shared/http/client.ts';
import { send } from './load.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { type Child, type RegistryChild, startRegistry } from './servers.ts';
import { shooter } from './shots.ts';

/** Whoever makes models in a tenant. */
export type Maker = ReturnType<typeof shooter>;

/** A registry with a receiver of its events. */
export interface Publishing extends AsyncDisposable {
  readonly registry: Child<RegistryChild>;
  readonly receiver: Receiver;
  /** Makes a tenant with a webhook, and answers who can make models there. */
  tenant(name: string, url?: string): Promise<Maker>;
  /**
   * Makes models at a rate, of each maker in turn, and waits until so many events have arrived. Each call is sent when
   * it is its time, whatever became of those before. Answers how old the events were.
   */
  publish(load: Load): Promise<readonly number[]>;
}

export interface Load {
  readonly makers: readonly Maker[];
  /** Of these nothing arrives that would be counted. */
  readonly slow?: readonly Maker[];
  readonly perSecond: number;
  readonly count: number;
}

export async function startPublishing(directory: string): Promise<Publishing> {
  await using starting = new AsyncDisposableStack();
  const receiver = starting.use(await startReceiver());
  const registry = starting.use(await startRegistry(directory, [receiver.origin]));
  const { endpoint, region, credentials } = registry.told;
  const { admin } = credentials;
  if (!admin) throw new Error('The registry made no admin.');
  // As many as a server may have in its line.
  const agent = starting.adopt(new Agent({ keepAlive: true, maxSockets: 256 }), (one) => one.destroy());
  const started = starting.move();
  let models = 0;
  const make = async (maker: Maker | undefined, model: string) =>
    maker && send(endpoint, agent, await maker(['createModel', { model }]));

  return {
    registry,
    receiver,
    async tenant(tenant, url = receiver.url) {
      const client = registryClient({ endpoint, region, credentials: admin, tenant });
      await client.createTenant({ tenant });
      await client.putMember({ principal: admin.arn, roles: [{ role: 'admin' }, { role: 'publisher' }] });
      await client.createWebhook({ url, events: ['model.created'] });
      return shooter(endpoint, region, admin, tenant);
    },
    async publish({ makers, slow = [], perSecond, count }) {
      const before = receiver.ages.length;
      const turns = [...makers, ...slow];
      const calls: Promise<unknown>[] = [];
      const begun = performance.now();
      for (let call = 0; call < count; call += 1) {
        const wait = begun + (1_000 * call) / perSecond - performance.now();
        if (wait > 1) await setTimeout(wait);
        models += 1;
        calls.push(make(turns[call % turns.length], `model-${models}`));
      }
      await Promise.all(calls);
      const expected = before + Math.ceil((count * makers.length) / turns.length);
      while (receiver.ages.length < expected) await setTimeout(20);
      return receiver.ages.slice(before);
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
