import { Delivery, type DeliveryState } from '../domain/delivery.ts';
import { EventView } from '../domain/event.ts';
import type { ModelId, TenantId } from '../domain/names.ts';
import { WEBHOOKS_MAX, Webhook, type WebhookId } from '../domain/webhook.ts';
import { DELIVERY_SHARDS, dueKeys, keys } from './keys.ts';
import { list } from './list.ts';
import { pageQuery, parsed, present, readerOf } from './read.ts';
import type { Listed, PageOf } from './store.ts';
import type { Table } from './table.ts';

/** Names a delivery, and the event that it delivers. */
export interface DeliveryRef {
  readonly tenant: TenantId;
  readonly webhook: WebhookId;
  readonly event: string;
  /** Where the event is: its chain, and its place in it. */
  readonly model?: ModelId | undefined;
  readonly seq: number;
}

/** What the store knows of webhooks. */
export interface WebhookStore {
  webhook(tenant: TenantId, id: WebhookId): Promise<Webhook | undefined>;
  /** In the order in which they were made. `keep` says which. */
  webhooks(tenant: TenantId, page: PageOf, keep?: (webhook: Webhook) => boolean): Promise<Listed<Webhook>>;
  /** All webhooks of a tenant, which are as few as an event can be held against. */
  allWebhooks(tenant: TenantId): Promise<readonly Webhook[]>;
  delivery(tenant: TenantId, webhook: WebhookId, event: string): Promise<Delivery | undefined>;
  /** The latest events first. Read from an index, which may lag behind by moments. */
  deliveries(
    webhook: Webhook,
    page: PageOf & { readonly state?: DeliveryState | undefined },
  ): Promise<Listed<Delivery>>;
  /** All that an attempt needs, read at once. */
  toDeliver(ref: DeliveryRef): Promise<{
    readonly delivery: Delivery | undefined;
    readonly webhook: Webhook | undefined;
    readonly event: EventView | undefined;
  }>;
  /** Deliveries of any tenant whose time has come, the earliest of each part of the index first. */
  dueDeliveries(now: Date, limit: number): Promise<readonly Delivery[]>;
}

export function webhookStore(table: Table): WebhookStore {
  const read = readerOf(table);
  return {
    webhook: (tenant, id) => read(Webhook, keys.webhook(tenant, id)),

    webhooks: (tenant, page, keep) => list(table, { pk: keys.webhooks(tenant), ...pageQuery(page) }, Webhook, keep),

    async allWebhooks(tenant) {
      const { items } = await table.query({ pk: keys.webhooks(tenant), limit: WEBHOOKS_MAX });
      return present(Webhook, items);
    },

    delivery: (tenant, webhook, event) => read(Delivery, keys.delivery(tenant, webhook, event)),

    deliveries: ({ tenant, id }, { state, order = 'descending', ...page }) =>
      list(
        table,
        { index: 'gsi1', pk: keys.deliveries(tenant, id), ...pageQuery({ ...page, order }) },
        Delivery,
        state && ((delivery) => delivery.state === state),
      ),

    async toDeliver({ tenant, webhook, event, model, seq }) {
      const [ofDelivery, ofWebhook, ofEvent] = await table.batchGet([
        keys.delivery(tenant, webhook, event),
        keys.webhook(tenant, webhook),
        keys.event(tenant, model, seq),
      ]);
      return {
        delivery: parsed(Delivery, ofDelivery),
        webhook: parsed(Webhook, ofWebhook),
        event: parsed(EventView, ofEvent),
      };
    },

    async dueDeliveries(now, limit) {
      const shards = Array.from({ length: DELIVERY_SHARDS }, (_, shard) => dueKeys.deliveries(shard));
      const pages = shards.map((pk) => table.query({ index: 'due', pk, to: now.toISOString(), limit }));
      return (await Promise.all(pages)).flatMap(({ items }) => present(Delivery, items));
    },
  };
}
