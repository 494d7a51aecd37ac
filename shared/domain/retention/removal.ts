import * as z from 'zod/mini';
import { Revision, Sha256, TenantId, Timestamp } from '../names.ts';

/**
 * That the bytes of an object are about to be removed, unless somebody turns out to use them. Whoever removes writes it
 * first and then looks who uses the object; whoever is about to use it says so first and then looks for this. So one of
 * the two sees the other, whatever their order.
 */
export const Removal = z.object({
  kind: z.literal('removal'),
  tenant: TenantId,
  sha256: Sha256,
  at: Timestamp,
  revision: Revision,
});
export type Removal = z.output<typeof Removal>;

/** For how long a removal is left to whoever began it: longer than any function runs. */
const LEASE_MS = 20 * 60_000;

/** How long after its beginning bytes may still be removed: whoever takes over begins well behind it. */
const WORK_MS = 10 * 60_000;

/** The removal as whoever removes writes it; nothing while somebody else is at it. */
export function begun(
  before: Removal | undefined,
  object: Pick<Removal, 'tenant' | 'sha256'>,
  now: Date,
): Removal | undefined {
  if (before && now.getTime() - Date.parse(before.at) < LEASE_MS) return undefined;
  return { kind: 'removal', ...object, at: now.toISOString(), revision: (before?.revision ?? 0) + 1 };
}

/** Whether whoever began a removal may still remove. */
export const isTimely = ({ at }: Removal, now: Date): boolean => {
  const age = now.getTime() - Date.parse(at);
  return age >= 0 && age < WORK_MS;
};
