import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Change } from './change.ts';
import type { Entity } from './entity.ts';
import { ModelId, Sha256, TenantId, VersionNumber } from './names.ts';
import type { Tags } from './text.ts';
import type { Version } from './version.ts';

/** What things can be found by: a model by a tag, a version by a tag or by its run. */
export type Trait = readonly ['model tag' | 'version tag', name: string, value: string] | readonly ['run', string];

/**
 * Says that a model or a version may have a trait. It is written before the change that gives it the trait, and stays when
 * the trait goes: so it is believed only of what has the trait itself.
 */
export const Mark = z.object({
  kind: z.literal('mark'),
  tenant: TenantId,
  /** The digest of the trait, whatever its length. */
  trait: Sha256,
  model: ModelId,
  version: z.optional(VersionNumber),
});
export type Mark = z.output<typeof Mark>;

export const traitDigest = (trait: Trait): Sha256 => Sha256.parse(hash('sha256', JSON.stringify(trait), 'hex'));

/** The marks that have to be there before a change is written. */
export function marksOf(change: Change<unknown>): Mark[] {
  if (change.head === undefined || 'refusal' in change) return [];
  const { event, head, writes } = change;
  const isTold = !('fields' in event.data) || event.data.fields?.includes('tags');
  const changed = [head, ...writes].flatMap((write): Entity[] => {
    if ('create' in write) return [write.create];
    return 'replace' in write && 'fields' in event.data && isTold ? [write.replace] : [];
  });
  return changed.flatMap((entity): Mark[] => {
    if (entity.kind === 'version')
      return traitsOf(entity).map((trait) => markOf(entity.tenant, trait, entity.model, entity.number));
    const isModel = entity.kind === 'model' && (event.type === 'model.created' || event.type === 'model.updated');
    return isModel ? tagged('model tag', entity.tags).map((trait) => markOf(entity.tenant, trait, entity.id)) : [];
  });
}

/** What a version is found by that turned out to be of a run. */
export const runMark = ({ tenant, model, number }: Pick<Version, 'tenant' | 'model' | 'number'>, runId: string): Mark =>
  markOf(tenant, ['run', runId], model, number);

const markOf = (tenant: TenantId, trait: Trait, model: ModelId, version?: VersionNumber): Mark => ({
  kind: 'mark',
  tenant,
  trait: traitDigest(trait),
  model,
  ...(version !== undefined && { version }),
});

const tagged = (kind: 'model tag' | 'version tag', tags: Tags): Trait[] =>
  Object.entries(tags).map(([name, value]) => [kind, name, value]);

const traitsOf = ({ tags, lineage: { runId } }: Version): Trait[] => [
  ...tagged('version tag', tags),
  ...(runId === undefined ? [] : [['run', runId] as const]),
];
