import { rotateWebhookSecret as rotate } from '../shared/domain/webhook.ts';
import { lambda } from '../shared/http/lambda.ts';
import { answering, mutation } from '../shared/http/mutation.ts';
import { loadWebhook, openedView, type SealedView, sealedView } from '../shared/http/webhooks.ts';

export const rotateWebhookSecret = mutation(
  'rotateWebhookSecret',
  async ({ webhook: id, overlapHours }, context) => {
    const { tenant, webhook } = await loadWebhook(context, id);
    const secret = context.services.secrets.fresh({ tenant: tenant.id, id });
    const change = rotate(tenant, webhook, { secret, overlapHours }, context);
    return answering(change, (rotated) => sealedView(rotated, context.now));
  },
  async (stored: SealedView, _, { services, caller }) => openedView(stored, services, caller.tenant),
);

export const handler = lambda(rotateWebhookSecret);
