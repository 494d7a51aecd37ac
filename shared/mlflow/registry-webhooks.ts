import type { Webhook } from '../domain/webhook.ts';
import { type Answer, changing } from './call.ts';
import { changed, found, keepTopics, listed, made, removed, statusOf, tried } from './hooks.ts';
import { refusalOf } from './refusal.ts';

const EVERY = '*';

const shown = (webhook: Webhook) => ({
  id: webhook.id,
  events: webhook.topics ?? [],
  ...(webhook.models !== EVERY && { model_name: webhook.models }),
  ...(webhook.description !== '' && { description: webhook.description }),
  status: statusOf(webhook),
  http_url_spec: { url: webhook.url, enable_ssl_verification: true },
  creation_timestamp: Date.parse(webhook.createdAt),
  last_updated_timestamp: Date.parse(webhook.updatedAt),
});

const asOne = (webhook: Webhook) => ({ webhook: shown(webhook) });

export const createRegistryWebhook = changing<'createRegistryWebhook', Webhook>(async (input, context) => {
  const { events, http_url_spec: receiver, model_name: models, description, status } = input;
  if (events.length === 0) throw refusalOf('events', 'One or more events must be specified.');
  keepTopics('databricks', events, 'events');
  if (models?.includes('*')) throw refusalOf('model_name', 'Invalid model_name: expected the name of one model.');
  const said = { description, status, models: models || EVERY, topics: events };
  return made('databricks', { ...said, ...spoken(receiver) }, context);
}, asOne);

const spoken = ({
  url,
  secret,
  authorization,
}: {
  url: string;
  secret?: string | undefined;
  authorization?: string | undefined;
}) => ({
  url,
  secret,
  authorization,
});

export const listRegistryWebhooks: Answer<'listRegistryWebhooks'> = async (input, context) => {
  const { events, model_name: model, max_results } = input;
  keepTopics('databricks', events, 'events');
  const { items, token } = await listed('databricks', max_results, context, ({ topics = [], models }) => {
    const isOf = model === undefined || model === '' || models === model;
    return isOf && (events.length === 0 || events.some((event) => topics.includes(event)));
  });
  return { webhooks: items.map(shown), ...token };
};

export const updateRegistryWebhook = changing<'updateRegistryWebhook', Webhook>(async (input, context) => {
  const { id, events, http_url_spec: receiver, description, status } = input;
  keepTopics('databricks', events, 'events');
  const said = { description, status, topics: events, ...(receiver && spoken(receiver)) };
  return changed(id, 'databricks', said, context);
}, asOne);

export const deleteRegistryWebhook = changing<'deleteRegistryWebhook', Webhook>(({ id }, context) =>
  removed(id, 'databricks', context),
);

export const testRegistryWebhook: Answer<'testRegistryWebhook'> = async ({ id, event }, context) => {
  if (event) keepTopics('databricks', [event], 'event');
  const { status, error } = await tried(await found(id, 'databricks', context), event || undefined, context);
  return { ...(status !== undefined && { status_code: status }), ...(error !== undefined && { body: error }) };
};
