import type { Webhook } from '../domain/webhook.ts';
import { type Answer, changing } from './call.ts';
import { changed, found, keepTopics, listed, made, removed, statusOf, tried } from './hooks.ts';
import { refusalOf } from './refusal.ts';

/** What MLflow calls an event: of what, and what became of it. Messages have it in lower case, calls in upper. */
interface Event {
  readonly entity: string;
  readonly action: string;
}

const topicOf = ({ entity, action }: Event): string => `${entity}.${action}`.toLowerCase();

function eventOf(topic: string): Event {
  const [entity = '', action = ''] = topic.toUpperCase().split('.');
  return { entity, action };
}

/** @throws Failure `request.invalid` for an event that is not told here */
function topicsOf(events: readonly Event[]): string[] {
  const topics = events.map(topicOf);
  keepTopics('mlflow', topics, 'events');
  return topics;
}

/** @throws Failure `request.invalid` */
function keepName(name: string | undefined): void {
  if (!name || /^[a-zA-Z0-9]([a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?$/.test(name)) return;
  const allowed = 'It must have 1 to 63 letters, digits, ., _ and -, and begin and end with a letter or digit.';
  throw refusalOf('name', `Webhook name '${name}' is invalid. ${allowed}`);
}

const shown = (webhook: Webhook) => ({
  webhook_id: webhook.id,
  name: webhook.name ?? webhook.id,
  ...(webhook.description !== '' && { description: webhook.description }),
  url: webhook.url,
  events: (webhook.topics ?? []).map(eventOf),
  status: statusOf(webhook),
  creation_timestamp: Date.parse(webhook.createdAt),
  last_updated_timestamp: Date.parse(webhook.updatedAt),
});

const asOne = (webhook: Webhook) => ({ webhook: shown(webhook) });

export const createWebhook = changing<'createWebhook', Webhook>(async ({ events, ...said }, context) => {
  keepName(said.name);
  if (events.length === 0) {
    throw refusalOf('events', 'Webhook events must be a non-empty list of WebhookEvent objects.');
  }
  return made('mlflow', { ...said, topics: topicsOf(events) }, context);
}, asOne);

export const listWebhooks: Answer<'listWebhooks'> = async ({ max_results }, context) => {
  const { items, token } = await listed('mlflow', max_results, context);
  return { webhooks: items.map(shown), ...token };
};

export const getWebhook: Answer<'getWebhook'> = async ({ webhook_id }, context) =>
  asOne(await found(webhook_id, 'mlflow', context));

export const updateWebhook = changing<'updateWebhook', Webhook>(async ({ webhook_id, events, ...said }, context) => {
  keepName(said.name);
  return changed(webhook_id, 'mlflow', { ...said, topics: events && topicsOf(events) }, context);
}, asOne);

export const deleteWebhook = changing<'deleteWebhook', Webhook>(({ webhook_id }, context) =>
  removed(webhook_id, 'mlflow', context),
);

export const testWebhook: Answer<'testWebhook'> = async ({ webhook_id, event }, context) => {
  const [topic] = event ? topicsOf([event]) : [];
  const { success, status, error } = await tried(await found(webhook_id, 'mlflow', context), topic, context);
  return {
    result: {
      success,
      ...(status !== undefined && { response_status: status }),
      ...(error !== undefined && { error_message: `Failed to test webhook: ${error}` }),
    },
  };
};
