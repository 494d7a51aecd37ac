import type { WebhookFormat } from '../domain/callback/format.ts';
import { exampleFor } from '../domain/callback/formats.ts';
import { allTopics } from '../domain/callback/topics.ts';
import { hasArrived, type Outcome } from '../domain/delivery.ts';
import { prose } from '../domain/text.ts';
import {
  createWebhook,
  deleteWebhook,
  updateWebhook,
  type Webhook,
  WebhookId,
  webhookFields,
} from '../domain/webhook.ts';
import { URL_CHARACTERS_MAX, urlTrouble } from '../domain/webhook-url.ts';
import { Failure } from '../errors.ts';
import type { Context } from '../http/endpoint.ts';
import { loadTenant } from '../http/load.ts';
import { transmit } from '../webhooks/transmit.ts';
import { given } from './given.ts';
import { refusalOf } from './refusal.ts';

/** What clients of another product say of a webhook. Of what is to go they send an empty text. */
export interface Said {
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly topics?: readonly string[] | undefined;
  readonly models?: string | undefined;
  readonly description?: string | undefined;
  readonly secret?: string | undefined;
  readonly authorization?: string | undefined;
  readonly status?: 'ACTIVE' | 'DISABLED' | 'TEST_MODE' | undefined;
}

type Complete = Said & { readonly url: string; readonly topics: readonly string[] };

const Secret = prose(1_000);

const STATES = { ACTIVE: 'enabled', DISABLED: 'disabled', TEST_MODE: 'disabled' } as const;

const stateOf = (status: Said['status']) => status && STATES[status];
export const statusOf = ({ state }: Webhook) => (state === 'enabled' ? 'ACTIVE' : 'DISABLED');

/** Makes a webhook that is told in the words of a format. */
export async function made(format: WebhookFormat, said: Complete, context: Context) {
  const { store, caller, services } = context;
  const [tenant, existing] = await Promise.all([loadTenant(context), store.allWebhooks(caller.tenant)]);
  const id = WebhookId.parse(services.newId());
  const owner = { tenant: tenant.id, id };
  const state = stateOf(said.status);
  const webhook = {
    id,
    format,
    url: urlOf(said.url, context),
    topics: [...said.topics],
    events: [],
    models: given(webhookFields.models, said.models ?? '*', 'model_name'),
    description: given(webhookFields.description, said.description ?? '', 'description'),
    secret: said.secret ? services.secrets.kept(given(Secret, said.secret, 'secret'), owner) : undefined,
    ...(said.name !== undefined && { name: said.name }),
    ...(state && { state }),
    ...(said.authorization && { authorization: sealedHeader(said.authorization, owner, context) }),
  };
  return createWebhook(tenant, existing.length, webhook, context);
}

/** Changes of a webhook what is said anew. */
export async function changed(id: string, format: WebhookFormat, said: Said, context: Context) {
  const { services, now } = context;
  const [tenant, webhook] = await Promise.all([loadTenant(context), found(id, format, context)]);
  const { name, url, topics, description, secret, authorization, status } = said;
  const renewed = secret && services.secrets.kept(given(Secret, secret, 'secret'), webhook);
  const secrets = renewed ? [{ ...renewed, createdAt: now.toISOString() }] : [];
  const changes = {
    ...(name && { name }),
    ...(url && { url: urlOf(url, context) }),
    ...(topics && topics.length > 0 && { topics: [...topics] }),
    ...(description !== undefined && { description: given(webhookFields.description, description, 'description') }),
    ...(secret !== undefined && { secrets }),
    ...(authorization && { authorization: sealedHeader(authorization, webhook, context) }),
    state: stateOf(status),
  };
  return updateWebhook(tenant, webhook, changes, context);
}

export async function removed(id: string, format: WebhookFormat, context: Context) {
  const [tenant, webhook] = await Promise.all([loadTenant(context), found(id, format, context)]);
  return deleteWebhook(tenant, webhook, context);
}

/**
 * A webhook of a format: one of another is not there, as its clients would not understand it.
 * @throws Failure `webhook.not_found`
 */
export async function found(text: string, format: WebhookFormat, { store, caller }: Context): Promise<Webhook> {
  const { success, data: id } = WebhookId.safeParse(text);
  const webhook = success ? await store.webhook(caller.tenant, id) : undefined;
  if (webhook?.format === format) return webhook;
  throw new Failure('webhook.not_found', `Webhook with ID ${text} not found.`);
}

/** Those of a format, the newest first. */
export async function listed(
  format: WebhookFormat,
  limit: number,
  { store, caller, after, cursorFor }: Context,
  wanted: (webhook: Webhook) => boolean = () => true,
) {
  const page = { limit, after, order: 'descending' as const };
  const { items, next } = await store.webhooks(caller.tenant, page, (one) => one.format === format && wanted(one));
  const { cursor } = cursorFor(next);
  return { items, token: cursor === undefined ? {} : { next_page_token: cursor } };
}

/** Tries a webhook with an example of one of its topics, whether it is on or off. What the receiver answers nobody sees. */
export async function tried(
  webhook: Webhook,
  topic: string | undefined,
  { services, requestId, now }: Context,
): Promise<Outcome & { readonly success: boolean }> {
  const body = exampleFor(webhook, topic ?? webhook.topics?.[0] ?? '', now.toISOString());
  const outcome = await transmit(webhook, { id: requestId, body }, services);
  return { ...outcome, success: hasArrived(outcome) };
}

/** @throws Failure `request.invalid` for a topic that the format has not */
export function keepTopics(format: WebhookFormat, topics: readonly string[], field: string): void {
  const known = allTopics(format);
  const unknown = topics.find((topic) => !known.includes(topic));
  if (unknown === undefined) return;
  throw refusalOf(field, `There is no event ${unknown} here. Those that there are: ${known.join(', ')}.`);
}

function urlOf(text: string, { services }: Context): string {
  if (text.trim() === '') throw refusalOf('url', 'Webhook URL cannot be empty or just whitespace.');
  if (text.length > URL_CHARACTERS_MAX)
    throw refusalOf('url', `Invalid webhook URL: expected at most ${URL_CHARACTERS_MAX} characters.`);
  const trouble = urlTrouble(text, services.trustedOrigins);
  if (trouble === undefined) return new URL(text).href;
  const scheme = URL.canParse(text) && new URL(text).protocol !== 'https:' ? ' scheme' : '';
  throw refusalOf('url', `Invalid webhook URL${scheme}: ${trouble}.`);
}

/** @throws Failure `request.invalid` for what is no value of a header */
function sealedHeader(value: string, owner: Pick<Webhook, 'tenant' | 'id'>, { services }: Context): string {
  if (!/^[\x20-\x7e]{1,4096}$/.test(value)) {
    throw refusalOf('authorization', 'Invalid authorization: expected 1 to 4096 ASCII characters on one line.');
  }
  return services.secrets.kept(value, owner).sealed;
}
