import * as z from 'zod/mini';
import type { Occasion } from './change.ts';
import type { Model } from './model.ts';
import { Alias, ModelId, TenantId, Timestamp, VersionNumber } from './names.ts';
import { Actor } from './principal.ts';
import { ActiveStage } from './stage.ts';

/** What can be asked about over time: who held a stage, or an alias. */
export const Held = z.union([z.object({ stage: ActiveStage }), z.object({ alias: Alias })]);
export type Held = z.output<typeof Held>;

/** Who holds a stage or an alias from a moment on, until the next row. A stage can be held by none, one or several. */
export const Holding = z.object({
  kind: z.literal('holding'),
  tenant: TenantId,
  model: ModelId,
  held: Held,
  versions: z.array(VersionNumber),
  at: Timestamp,
  /** The event that tells of it. */
  seq: z.int(),
  actor: Actor,
});
export type Holding = z.output<typeof Holding>;

/** Who holds a stage or an alias after a change: `model` is as the change leaves it. */
export const holdingOf = (
  model: Model,
  held: Held,
  versions: readonly VersionNumber[],
  { actor }: Occasion,
): Holding => ({
  kind: 'holding',
  tenant: model.tenant,
  model: model.id,
  held,
  versions: [...versions],
  at: model.lastAt,
  seq: model.seq + 1,
  actor,
});

/** What is asked about: a stage or, without one, an alias. The contract lets exactly one of them through. */
export const heldBy = (asked: { readonly stage?: ActiveStage | undefined; readonly alias?: Alias | undefined }): Held =>
  Held.parse(asked);
