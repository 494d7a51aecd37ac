import path from 'node:path';
import type { Change } from '../../shared/domain/change.ts';
import type { Entity } from '../../shared/domain/entity.ts';
import { chain } from '../../shared/domain/event.ts';
import { marksOf } from '../../shared/domain/mark.ts';
import { createModel, type Model } from '../../shared/domain/model.ts';
import { ModelId, ModelName, TenantId } from '../../shared/domain/names.ts';
import { Principal } from '../../shared/domain/principal.ts';
import { registerExternal, registrationOf } from '../../shared/domain/registration.ts';
import { itemOf } from '../../shared/store/keys.ts';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import { SOURCE } from '../workloads.ts';

/** The value of a tag, and the run, that ten models and ten versions have in every tenant. */
export const MARKED = 'marked';
const MARKED_EACH = 10;

const VERSIONS_EACH = 10;
const tenant = TenantId.parse('acme');
const actor = { principal: Principal.parse('aws:111122223333:user/bench') };

/** What the models are called. */
export const nameAt = (index: number): ModelName => ModelName.parse(`model-${String(index).padStart(6, '0')}`);

/**
 * So many versions, ten of each model, as the rules register them and in the order in which ten pipelines would: straight
 * into the table, as a hundred thousand requests take minutes.
 */
export async function seed(directory: string, versions: number): Promise<void> {
  const table = sqliteTable({ file: path.join(directory, 'registry', 'registry.sqlite') });
  const models: Model[] = [];
  let at = Date.now() - versions * 2;
  const occasion = () => ({ actor, now: new Date(at++) });
  for (let number = 1; number <= VERSIONS_EACH; number += 1) {
    const entities: Entity[] = [];
    for (let index = 0; index < versions / VERSIONS_EACH; index += 1) {
      const isMarked = index < MARKED_EACH;
      const made = models[index] ?? taken(entities, creationOf(index, isMarked, occasion()));
      models[index] = taken(entities, registrationIn(made, isMarked && number === 1, occasion()));
    }
    await table.putEach(entities.map(itemOf));
  }
  await table.putEach(models.map(itemOf));
  await table.close();
}

function creationOf(index: number, isMarked: boolean, occasion: Occasion) {
  const input = { name: nameAt(index), description: '', tags: { team: isMarked ? MARKED : 'other' } };
  return createModel(tenant, ModelId.parse(String(index).padStart(26, '0')), input, {}, occasion);
}

function registrationIn(model: Model, isMarked: boolean, occasion: Occasion) {
  const said = registrationOf({
    description: '',
    tags: { team: isMarked ? MARKED : 'other' },
    metrics: {},
    lineage: { datasets: [], ...(isMarked && { runId: MARKED }) },
    dependsOn: [],
  });
  return registerExternal(model, { ...said, needs: [] }, SOURCE, occasion);
}

type Occasion = Parameters<typeof registerExternal>[3];

/** What a change leaves in the table, as if its event had been published long ago. @returns the model behind its event */
function taken(entities: Entity[], change: Change<unknown>): Model {
  if (change.head === undefined || 'refusal' in change) throw new Error('A change was expected.');
  const before = 'create' in change.head ? change.head.create : change.head.replace;
  const { event, head } = chain(before, change.event);
  const made = change.writes.flatMap((write) => ('create' in write ? [write.create] : []));
  entities.push({ ...event, published: true }, ...made, ...marksOf(change));
  return head as Model;
}
