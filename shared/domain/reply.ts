import * as z from 'zod/mini';
import { Issues } from '../errors.ts';
import { Condition } from './condition.ts';
import { Revision, Sha256, TenantId } from './names.ts';

/** What was answered under an `Idempotency-Key`: stored with the change itself, so that the repeat gets the same. */
export const Reply = z.object({
  kind: z.literal('reply'),
  /** Empty for what is asked outside of any tenant. */
  tenant: z.union([TenantId, z.literal('')]),
  /** SHA-256 of principal and key. */
  key: Sha256,
  /** SHA-256 of the operation and its input. */
  request: Sha256,
  outcome: z.union([
    z.object({ result: z.json() }),
    z.object({
      refusal: z.object({
        code: z.string(),
        detail: z.string(),
        issues: Issues,
        conditions: z.optional(z.array(Condition)),
      }),
    }),
  ]),
  /** Seconds since 1970; then it may go, and counts as gone. */
  expiresAt: z.int(),
  revision: Revision,
});
export type Reply = z.output<typeof Reply>;

/** How long a key is remembered. */
export const REPLY_SECONDS = 24 * 60 * 60;
