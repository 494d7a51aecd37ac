import * as z from 'zod/mini';
import { VersionRef } from './dependency.ts';
import { ModelId, TenantId, VersionNumber } from './names.ts';

/** Names a walk along dependencies: a ULID. */
const WalkId = z.string();

/** A version that a walk found, and how many steps from where it began. */
export const Found = z.object({ ...VersionRef.shape, depth: z.int() });
export type Found = z.output<typeof Found>;

/**
 * What one page of a walk found, in its order: where the pages behind it go on. A walk that takes more than one page
 * keeps these notes, because no cursor could hold what was seen already, and without that a version would be shown, and
 * everything behind it walked through, once for each of its ways. They expire with the cursor.
 */
export const WalkPage = z.object({
  kind: z.literal('walkPage'),
  tenant: TenantId,
  walk: WalkId,
  page: z.int(),
  found: z.array(Found),
  /** Seconds since 1970. */
  expiresAt: z.int(),
});
export type WalkPage = z.output<typeof WalkPage>;

/** That a walk has seen a version, and on which page. */
export const WalkStep = z.object({
  kind: z.literal('walkStep'),
  tenant: TenantId,
  walk: WalkId,
  model: ModelId,
  version: VersionNumber,
  page: z.int(),
  expiresAt: z.int(),
});
export type WalkStep = z.output<typeof WalkStep>;
