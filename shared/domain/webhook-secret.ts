import * as z from 'zod/mini';
import { Timestamp } from './names.ts';

/** A signing secret as it is kept: only whoever has the registry's key can read it. */
export const WebhookSecret = z.object({
  sealed: z.string(),
  /** Its last characters, by which people tell secrets apart. */
  endsWith: z.string(),
  createdAt: Timestamp,
  /** Since another took its place: until then deliveries are signed with both. */
  expiresAt: z.optional(Timestamp),
});
export type WebhookSecret = z.output<typeof WebhookSecret>;

/** A secret that was made just now. */
export type FreshSecret = Pick<WebhookSecret, 'sealed' | 'endsWith'>;

/** For how long a secret is valid beside the one that took its place, unless told. */
export const OVERLAP_HOURS = 24;
export const OVERLAP_HOURS_MAX = 168;

/** The secrets that deliveries are signed with now, the newest first. */
export const liveSecrets = (secrets: readonly WebhookSecret[], now: Date): WebhookSecret[] =>
  secrets.filter(({ expiresAt }) => expiresAt === undefined || new Date(expiresAt) > now);

/** A new secret in front of the one that it takes the place of, which ends with the overlap. There are never more. */
export function rotated(
  [current]: readonly WebhookSecret[],
  fresh: FreshSecret,
  { at, overlapHours }: { readonly at: string; readonly overlapHours: number },
): WebhookSecret[] {
  const next: WebhookSecret = { ...fresh, createdAt: at };
  if (!current || overlapHours === 0) return [next];
  return [next, { ...current, expiresAt: new Date(new Date(at).getTime() + overlapHours * 3_600_000).toISOString() }];
}
