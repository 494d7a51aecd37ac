import { chain } from '../shared/domain/event.ts';
import { holdingOf } from '../shared/domain/history.ts';
import { createModel } from '../shared/domain/model.ts';
import { ModelId, ModelName, TenantId } from '../shared/domain/names.ts';
import { Principal } from '../shared/domain/principal.ts';
import { registerExternal, registrationOf } from '../shared/domain/registration.ts';
import { itemOf } from '../shared/store/keys.ts';
import type { Item } from '../shared/store/table.ts';
import { SOURCE } from './workloads.ts';

/** Items as the registry stores them, for a control that stores items of the same size. */
export function templates(): Record<'member' | 'model' | 'version' | 'holding' | 'event', Item> {
  const tenant = TenantId.parse('bench');
  const principal = Principal.parse('aws:111122223333:user/bench');
  const occasion = { actor: { principal }, now: new Date() };
  const at = occasion.now.toISOString();

  const input = { name: ModelName.parse('bench-0-0'), description: '', tags: {} };
  const model = createModel(tenant, ModelId.parse('0'.repeat(26)), input, {}, occasion);
  if (!('result' in model) || !model.head) throw new Error('A model is created by a change.');
  const registration = registrationOf({
    description: '',
    tags: {},
    metrics: {},
    lineage: { datasets: [] },
    dependsOn: [],
  });
  const version = registerExternal(model.result, { ...registration, needs: [] }, SOURCE, occasion);
  if (!('result' in version)) throw new Error('A version is registered by a change.');

  const roles = [{ role: 'publisher' as const, models: '*' }];
  return {
    member: itemOf({ kind: 'member', tenant, principal, roles, addedAt: at, addedBy: principal, revision: 1 }),
    model: itemOf(model.result),
    version: itemOf(version.result),
    holding: itemOf(holdingOf(model.result, { stage: 'staging' }, [version.result.number], occasion)),
    event: itemOf(chain(model.result, model.event).event),
  };
}
