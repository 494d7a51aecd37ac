import { type SecretView, type WebhookView, webhookView } from '../contract/webhooks.ts';
import type { TenantId } from '../domain/names.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { Webhook, WebhookId } from '../domain/webhook.ts';
import { urlTrouble } from '../domain/webhook-url.ts';
import { Failure } from '../errors.ts';
import type { Context } from './endpoint.ts';
import { invalid } from './invalid.ts';
import { loadTenant } from './load.ts';
import type { Services } from './services.ts';

/** A webhook with its tenant, to whose chain its events belong. @throws Failure `webhook.not_found` */
export async function loadWebhook(
  context: Context,
  id: WebhookId,
): Promise<{ readonly tenant: Tenant; readonly webhook: Webhook }> {
  const [tenant, webhook] = await Promise.all([loadTenant(context), context.store.webhook(context.caller.tenant, id)]);
  return { tenant, webhook: present(webhook, id) };
}

/** @throws Failure `webhook.not_found` */
export function present(webhook: Webhook | undefined, id: WebhookId): Webhook {
  if (webhook) return webhook;
  throw new Failure('webhook.not_found', `There is no webhook ${id}.`);
}

/** The address of a receiver in its one spelling. @throws Failure `request.invalid` where events may not be sent there */
export function receiverAt(url: string, { trustedOrigins }: Services): string {
  const message = urlTrouble(url, trustedOrigins);
  if (message !== undefined) throw invalid([{ field: 'url', message }]);
  return new URL(url).href;
}

/** What is stored of an answer that has a secret in it: the secret as it is kept, and not as it is. */
export type SealedView = WebhookView & { readonly sealed: string };

export function sealedView(webhook: Webhook, now: Date): SealedView {
  const [{ sealed } = { sealed: '' }] = webhook.secrets;
  return { ...webhookView(webhook, now), sealed };
}

/** The answer, with the secret as receivers have it. */
export const openedView = (
  { sealed, ...view }: SealedView,
  { secrets }: Services,
  tenant: TenantId,
): (typeof SecretView)['_zod']['output'] => ({ ...view, secret: secrets.open(sealed, { tenant, id: view.id }) });
