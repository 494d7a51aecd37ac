import { onDeliverWebhook } from '../../functions/on-deliver-webhook.ts';
import { onDispatchWebhooks } from '../../functions/on-dispatch-webhooks.ts';
import { onRetryDeliveries } from '../../functions/on-retry-deliveries.ts';
import type { Change } from '../../shared/domain/change.ts';
import type { Outcome } from '../../shared/domain/delivery.ts';
import { EventView } from '../../shared/domain/event.ts';
import { TenantId } from '../../shared/domain/names.ts';
import { createTenant } from '../../shared/domain/tenant.ts';
import { createWebhook, type Webhook, WebhookId } from '../../shared/domain/webhook.ts';
import type { Services } from '../../shared/http/services.ts';
import type { LogEntry } from '../../shared/log.ts';
import type { Outgoing } from '../../shared/reactions/ports.ts';
import { reactToMessages, reactToTime } from '../../shared/reactions/react.ts';
import { DELIVERY_SHARDS, dueKeys } from '../../shared/store/keys.ts';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import { tableStore } from '../../shared/store/table-store.ts';
import { sealedSecrets } from '../../shared/webhooks/secrets.ts';
import type { OutgoingMessage } from '../../shared/webhooks/sender.ts';
import { ANN, anOccasion } from '../support/builders.ts';

const MINUTE_MS = 60_000;
const REACTORS = { onDispatchWebhooks, onDeliverWebhook };

/** A message in a queue, and when it is seen next. */
interface Waiting {
  readonly queue: keyof typeof REACTORS;
  readonly message: Outgoing;
  readonly due: number;
  readonly attempt: number;
}

/** Whatever a function does to the world. A test may have it end there, before it is done or after. */
type Step = 'read' | 'commit' | 'queue' | 'send';
type Interruption = (step: Step, when: 'before' | 'after') => void;

/** What a receiver answers, and when it is asked. */
export type Receiver = (message: OutgoingMessage, at: Date) => Omit<Outcome, 'at' | 'milliseconds'>;

/**
 * Webhooks as they run, on a table in memory, in a time that passes only when everything that is due has been done: queues
 * with delays, the sweep of each minute, and receivers that answer what a test says.
 */
export function aWorld(receiver: Receiver, interrupt: Interruption = () => {}) {
  const table = sqliteTable({ file: ':memory:' });
  const store = tableStore(table);
  const secrets = sealedSecrets(new Uint8Array(32).fill(3));
  const log: LogEntry[] = [];
  const sent: (OutgoingMessage & { readonly at: Date })[] = [];
  const waiting: Waiting[] = [];
  let time = new Date('2026-02-01T12:00:00.000Z').getTime();
  let swept = time;
  let ids = 0;

  const step = async <T>(name: Step, work: () => Promise<T> | T): Promise<T> => {
    interrupt(name, 'before');
    const done = await work();
    interrupt(name, 'after');
    return done;
  };
  const put = (
    queue: Waiting['queue'],
    message: Outgoing,
    attempt = 1,
    delayMs = 1_000 * (message.delaySeconds ?? 0),
  ) => waiting.push({ queue, message, due: time + delayMs, attempt });

  const services = {
    store: {
      ...store,
      toDeliver: (ref) => step('read', () => store.toDeliver(ref)),
      allWebhooks: (tenant) => step('read', () => store.allWebhooks(tenant)),
      commit: (change, reply) => step('commit', () => store.commit(change, reply)),
    },
    queues: {
      send: (queue, messages) =>
        step('queue', () => {
          for (const message of messages) put(queue as Waiting['queue'], message);
        }),
    },
    sender: {
      send: (message) =>
        step('send', () => {
          const at = new Date(time);
          sent.push({ ...message, at });
          return { at: at.toISOString(), milliseconds: 0, ...receiver(message, at) };
        }),
    },
    secrets,
    trustedOrigins: new Set<string>(),
    now: () => new Date(time),
    pause: async () => {},
    log: (entry) => log.push(entry),
  } satisfies Partial<Services> as unknown as Services;

  /** Writes a change, and gives its event to the dispatcher: as often as it is told. */
  async function happened<T>(tenant: TenantId, change: Change<T>, times = 1): Promise<EventView> {
    await store.commit(change);
    const [event] = (await store.chain(tenant, undefined, { limit: 1, order: 'descending' })).items;
    const view = EventView.parse(event);
    for (let n = 0; n < times; n += 1) put('onDispatchWebhooks', { body: JSON.parse(JSON.stringify(view)) });
    return view;
  }

  /** The first minute in which the sweep finds something: those before it do nothing. */
  async function nextSweep(): Promise<number> {
    const shards = Array.from({ length: DELIVERY_SHARDS }, (_, shard) => dueKeys.deliveries(shard));
    const first = await Promise.all(shards.map((pk) => table.query({ index: 'due', pk, limit: 1 })));
    const dues = first.flatMap(({ items: [item] }) => (item ? [new Date(String(item['dueAt'])).getTime()] : []));
    const minutes = Math.ceil((Math.min(...dues) - swept) / MINUTE_MS);
    return swept + MINUTE_MS * Math.max(1, minutes);
  }

  async function deal({ queue, message, attempt }: Waiting): Promise<void> {
    const reactor = REACTORS[queue];
    if (reactor.kind !== 'queue') throw new Error(`${queue} has no queue.`);
    const failed = await reactToMessages(reactor, [{ id: 'any', body: message.body, attempt }], services);
    if (failed.length > 0 && attempt < 5) put(queue, message, attempt + 1, 1_000);
  }

  return {
    store,
    services,
    log,
    sent,
    happened,
    occasion: () => anOccasion({ now: new Date(time).toISOString() }),

    async tenant(name: string) {
      const tenant = TenantId.parse(name);
      await store.commit(createTenant(undefined, { tenant, name, admin: ANN }, anOccasion()));
      return tenant;
    },

    /** A webhook of all events, with its secret. */
    async webhook(tenant: TenantId, url = 'https://hooks.example.com/'): Promise<{ webhook: Webhook; secret: string }> {
      ids += 1;
      const id = WebhookId.parse(`01JZ${String(ids).padStart(22, '0')}`);
      const said = { id, url, description: '', events: [], models: '*', secret: secrets.fresh({ tenant, id }) };
      const found = await store.tenant(tenant);
      if (!found) throw new Error(`There is no tenant ${tenant}.`);
      const occasion = anOccasion({ now: new Date(time).toISOString() });
      const webhook = await store.commit(createWebhook(found, 0, said, occasion));
      return { webhook, secret: secrets.open(said.secret.sealed, webhook) };
    },

    /** Lets so much time pass, and does all that becomes due in it, in its order. */
    async pass(milliseconds: number): Promise<void> {
      const end = time + milliseconds;
      for (;;) {
        const next = waiting.toSorted((one, other) => one.due - other.due)[0];
        const sweep = await nextSweep();
        const due = Math.min(next?.due ?? Number.POSITIVE_INFINITY, sweep);
        if (due > end) break;
        time = Math.max(time, due);
        if (next && next.due <= sweep) {
          waiting.splice(waiting.indexOf(next), 1);
          await deal(next);
        } else {
          swept = due;
          if (onRetryDeliveries.kind === 'schedule') await reactToTime(onRetryDeliveries, services).catch(() => {});
        }
      }
      time = end;
    },
  };
}
