import { randomBytes } from 'node:crypto';
import type { TenantId } from '../domain/names.ts';
import type { WebhookId } from '../domain/webhook.ts';
import type { FreshSecret } from '../domain/webhook-secret.ts';
import { seal, unseal } from '../seal.ts';

/** Whose secret it is. A secret that was sealed for one webhook opens for no other. */
export interface Owner {
  readonly tenant: TenantId;
  readonly id: WebhookId;
}

/** The signing secrets of webhooks: what is stored of them, and what they are. */
export interface Secrets {
  /** A new one, as it is stored. */
  fresh(owner: Owner): FreshSecret;
  /** One that somebody chose, as it is stored. */
  kept(secret: string, owner: Owner): FreshSecret;
  /** A secret as receivers have it. @throws where it was sealed under another key, or for another webhook */
  open(sealed: string, owner: Owner): string;
}

/** Standard Webhooks asks for 24 to 64. So many need no padding in Base64. */
const BYTES = 36;
const SHOWN = 4;
/** Of shorter secrets nothing is shown: it would be too much of them. */
const SHOWN_FROM = 20;

/** Says which key it is sealed under, so that another can take its place. */
const PREFIX = 'v1.';

export function sealedSecrets(key: Uint8Array): Secrets {
  const kept: Secrets['kept'] = (secret, owner) => ({
    sealed: PREFIX + seal(key, secret, boundTo(owner)),
    endsWith: secret.length >= SHOWN_FROM ? secret.slice(-SHOWN) : '',
  });
  return {
    fresh: (owner) => kept(`whsec_${randomBytes(BYTES).toString('base64')}`, owner),
    kept,
    open(sealed, owner) {
      const secret = sealed.startsWith(PREFIX) ? unseal(key, sealed.slice(PREFIX.length), boundTo(owner)) : undefined;
      if (secret === undefined) throw new Error(`A secret of the webhook ${owner.id} cannot be opened.`);
      return secret;
    },
  };
}

const boundTo = ({ tenant, id }: Owner): string => `webhook|${tenant}|${id}`;
