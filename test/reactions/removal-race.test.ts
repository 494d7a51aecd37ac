import { expect, it } from 'vitest';
import type { Artifacts } from '../../shared/artifacts/artifacts.ts';
import { proveFiles } from '../../shared/artifacts/prove.ts';
import { objectKey } from '../../shared/domain/artifact.ts';
import { DAY_MS } from '../../shared/domain/day.ts';
import type { Entity } from '../../shared/domain/entity.ts';
import { ModelId } from '../../shared/domain/names.ts';
import { applyRetention } from '../../shared/reactions/retention/run.ts';
import { itemOf } from '../../shared/store/keys.ts';
import type { Table } from '../../shared/store/table.ts';
import { tableStore } from '../../shared/store/table-store.ts';
import { ACME, aGuard, aVersion } from '../support/builders.ts';
import { anArchived, aWorldOver, NOW, objectsInMemory, stored } from './retained-world.ts';

const OTHER = ModelId.parse('01JZ0000000000000000000002');
const UNTIL = new Date(NOW.getTime() + DAY_MS);

/** Does something else before the call of a number, and says whether there was such a call. */
function before(call: number, other: () => Promise<unknown>) {
  let calls = 0;
  const hooked = <O extends object>(object: O): O =>
    new Proxy(object, {
      get: (target, name, receiver) => {
        const value = Reflect.get(target, name, receiver);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          calls += 1;
          if (calls === call) await other();
          return value.apply(target, args);
        };
      },
    });
  return { hooked, wasReached: () => calls >= call };
}

/** Another model registers the same file, and completes that version: as the operations do it, one call after the other. */
async function registersAgain(
  table: Table,
  artifacts: Artifacts,
  { sha256, rootDigest }: ReturnType<typeof anArchived>,
) {
  const store = tableStore(table);
  await store.note([{ kind: 'reference', tenant: ACME, sha256, model: OTHER, rootDigest }]);
  const artifact = { rootDigest, files: 1, bytes: 6 };
  const upload = aVersion({ model: OTHER, number: 1, state: 'uploading', artifact });
  const guard = aGuard({ model: OTHER, version: 1, digest: rootDigest });
  const entities: Entity[] = [upload, guard];
  await table.transact(entities.map((entity) => ({ put: itemOf(entity) })));
  await proveFiles({ artifacts, store, tenant: ACME, now: () => new Date(NOW) }, rootDigest);
  await table.transact([{ put: itemOf({ ...upload, state: 'complete' }) }]);
}

it.each(['while it is removed', 'and it is removed meanwhile'])(
  'a file that is registered again, %s, is never missing from what is complete then',
  { timeout: 60_000 },
  async (which) => {
    const outcomes = { complete: 0, refused: 0 };
    for (let call = 1; ; call += 1) {
      const { objects, artifacts } = objectsInMemory();
      const one = anArchived(1);
      const table = await stored(objects, [one], [1]);
      const remove = (over = table, store = artifacts) => applyRetention(aWorldOver(over, store), UNTIL);
      let isComplete = false;
      const register = (over = table, store = artifacts) =>
        registersAgain(over, store, one).then(
          () => {
            isComplete = true;
          },
          () => {},
        );
      const { hooked, wasReached } = before(call, which === 'while it is removed' ? () => register() : () => remove());
      await (which === 'while it is removed' ? remove : register)(hooked(table), hooked(artifacts));
      if (!wasReached()) break;

      outcomes[isComplete ? 'complete' : 'refused'] += 1;
      if (isComplete) expect(objects.has(objectKey(ACME, one.sha256)), `before call ${call}`).toBe(true);
    }
    expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(0);
  },
);
