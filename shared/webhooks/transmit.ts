import type { Outcome } from '../domain/delivery.ts';
import type { Webhook } from '../domain/webhook.ts';
import { liveSecrets } from '../domain/webhook-secret.ts';
import type { Secrets } from './secrets.ts';
import type { Sender } from './sender.ts';
import { SIGNATURES } from './sign.ts';

/** What sending takes of the world. */
export interface Transmission {
  readonly secrets: Secrets;
  readonly sender: Sender;
  readonly now: () => Date;
}

/** Sends a webhook one message, signed as its format has it. It always ends. */
export function transmit(
  webhook: Webhook,
  { id, body }: { readonly id: string; readonly body: string },
  { secrets, sender, now }: Transmission,
): Promise<Outcome> {
  const at = now();
  const live = liveSecrets(webhook.secrets, at).map(({ sealed }) => secrets.open(sealed, webhook));
  const { url, format, authorization } = webhook;
  const headers = {
    ...SIGNATURES[format](live, { id, at, body }),
    ...(authorization !== undefined && { authorization: secrets.open(authorization, webhook) }),
  };
  return sender.send({ url, headers, body });
}
