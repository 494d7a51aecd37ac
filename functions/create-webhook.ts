import { createWebhook as create, WebhookId } from '../shared/domain/webhook.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadTenant } from '../shared/http/load.ts';
import { answering, mutation } from '../shared/http/mutation.ts';
import { openedView, receiverAt, type SealedView, sealedView } from '../shared/http/webhooks.ts';

export const createWebhook = mutation(
  'createWebhook',
  async (input, context) => {
    const { store, caller, services, now } = context;
    const url = receiverAt(input.url, services);
    const [tenant, existing] = await Promise.all([loadTenant(context), store.allWebhooks(caller.tenant)]);
    const id = WebhookId.parse(services.newId());
    const secret = services.secrets.fresh({ tenant: tenant.id, id });
    const change = create(tenant, existing.length, { ...input, url, id, secret }, context);
    return answering(change, (webhook) => sealedView(webhook, now));
  },
  async (stored: SealedView, _, { services, caller }) => openedView(stored, services, caller.tenant),
);

export const handler = lambda(createWebhook);
