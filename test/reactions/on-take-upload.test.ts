import { expect, it } from 'vitest';
import { ModelName, TenantId, VersionNumber } from '../../shared/domain/names.ts';
import { selfAs } from '../../shared/domain/principal.ts';
import type { Services } from '../../shared/http/services.ts';
import { takeIn } from '../../shared/reactions/uploads/take-in.ts';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import { artifactsOf, uploaded } from '../mlflow/artifact-calls.ts';
import { aRegistry, aTenant } from '../support/registry.ts';
import { registryOver } from '../support/registry-over.ts';
import { aModelOf } from '../support/setting-up.ts';

const FILES = { MLmodel: 'flavors: {}', a: 'the same', b: 'the same', c: 'another' };

// Nothing reacts in it by itself.
const registry = await registryOver(await aRegistry(), sqliteTable({ file: ':memory:' }));

/** A version whose files are uploaded, and nobody has read. */
async function aPendingVersion() {
  const tenant = await aTenant(registry);
  const model = await aModelOf(tenant);
  const files = artifactsOf(registry, tenant.keys.publisher);
  for (const [name, body] of Object.entries(FILES)) await uploaded(files, 'm', name, body);
  const { body } = await files.createVersion({ name: model, source: 'mlflow-artifacts:/m' });
  const { id } = (await registry.services.store.model(TenantId.parse(tenant.id), ModelName.parse(model))) ?? {};
  if (id === undefined) throw new Error('expected a model');
  const take = (services: Services, isLate = () => false) =>
    takeIn(
      {
        actor: selfAs('on-take-upload'),
        now: services.now(),
        store: services.store,
        services,
        tenant: TenantId.parse(tenant.id),
        isLate,
      },
      id,
      VersionNumber.parse(1),
    );
  return { tenant, model, files, take, status: body.model_version.status };
}

/** The same services, which end at a call of this number, before or after it did something. */
function crashingAt(services: Services, call: number, when: 'before' | 'after'): Services {
  let calls = 0;
  const hooked = <O extends object>(object: O): O =>
    new Proxy(object, {
      get: (target, name, receiver) => {
        const value = Reflect.get(target, name, receiver);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          calls += 1;
          const isLast = calls === call;
          if (isLast && when === 'before') throw new Error('crash');
          const result = await value.apply(target, args);
          if (isLast) throw new Error('crash');
          return result;
        };
      },
    });
  const { store, artifacts, staging } = services;
  return { ...services, store: hooked(store), artifacts: hooked(artifacts), staging: hooked(staging) };
}

it('is pending until its files are read, and is completed once by that', async () => {
  const { tenant, model, take, status, files } = await aPendingVersion();

  expect([status, await take(registry.services)]).toEqual(['PENDING_REGISTRATION', 'nothing']);
  expect(await take(registry.services)).toBe('nothing');
  expect((await files.getVersion(model, 1)).body.model_version.status).toBe('READY');
  const { items } = await tenant.reader.listEvents({ model });
  expect(items.map(({ type }) => type)).toEqual(['version.completed', 'version.registered', 'model.created']);
});

it('goes on where it was when its time is over', async () => {
  const { tenant, model, take } = await aPendingVersion();
  let looks = 0;
  const afterTwo = () => {
    looks += 1;
    return looks > 2;
  };

  expect(await take(registry.services, afterTwo)).toBe('files');
  expect(await take(registry.services)).toBe('nothing');
  expect((await tenant.reader.getVersion({ model, version: 1 })).state).toBe('complete');
});

it.each(['before', 'after'] as const)(
  'is never half written: whoever ends %s any of its steps, the next one goes on',
  { timeout: 120_000 },
  async (when) => {
    for (let call = 1; ; call += 1) {
      const { tenant, model, take } = await aPendingVersion();
      const crashed = await take(crashingAt(registry.services, call, when)).then(
        () => false,
        () => true,
      );
      const { state } = await tenant.reader.getVersion({ model, version: 1 });
      expect(['uploading', 'complete'], `call ${call}`).toContain(state);
      await take(registry.services);

      const version = await tenant.reader.getVersion({ model, version: 1 });
      expect([version.state, version.artifact?.files], `call ${call}`).toEqual(['complete', 4]);
      const { items } = await tenant.reader.listEvents({ model });
      expect(
        items.filter(({ type }) => type === 'version.completed'),
        `call ${call}`,
      ).toHaveLength(1);
      if (!crashed) return;
    }
  },
);

it('does nothing for a version that was deleted meanwhile, nor for one of the native API', async () => {
  const { tenant, model, take } = await aPendingVersion();
  await tenant.admin.deleteVersion({ model, version: 1 });

  expect(await take(registry.services)).toBe('nothing');
  expect((await tenant.reader.listEvents({ model })).items[0]?.type).toBe('version.deleted');
});
