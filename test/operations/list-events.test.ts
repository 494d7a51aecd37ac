import { expect, it } from 'vitest';
import { pageByPage } from '../../cli/paging.ts';
import type { Received, Sent } from '../../shared/contract/operations.ts';
import type { Client } from '../../shared/http/client.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded } from '../support/registry.ts';
import { aModelOf, aVersionIn, aVersionOf } from '../support/setting-up.ts';

type Event = Received<'listEvents'>['items'][number];

const MINUTE = 60_000;

/** All that a listing shows, page by page. */
async function walked(reader: Client, asked: Sent<'listEvents'>): Promise<Event[]> {
  const found: Event[] = [];
  for await (const { items } of pageByPage((from) => reader.listEvents({ ...asked, ...from }))) {
    expect(items.length).toBeLessThanOrEqual(asked.limit ?? 20);
    found.push(...items);
  }
  return found;
}

const typesOf = (events: readonly Event[]) => events.map(({ type }) => type);

describeOperation('listEvents', (registry) => {
  it('shows the events of a model alone, newest first unless told', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await aVersionIn(tenant, await aModelOf(tenant), 'staging');
    await aVersionIn(tenant, model, 'staging');
    const types = ['model.created', 'version.registered', 'version.promoted'];

    const { items } = await tenant.reader.listEvents({ model, order: 'ascending' });
    expect(typesOf(items)).toEqual(types);
    expect(items.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect((await tenant.reader.listEvents({ model })).items).toEqual(items.toReversed());
  });

  it('shows an event as the row says: who did what to what, when, and what was before', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const { id } = await tenant.reader.getModel({ model });
    await aVersionOf(tenant, model, { source: 's3://elsewhere/model' });
    const [event, before] = (await tenant.reader.listEvents({ model })).items;

    expect(event).toEqual({
      id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
      seq: 2,
      type: 'version.registered',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      tenant: tenant.id,
      actor: { principal: tenant.keys.publisher.arn.replace(/^arn:aws:iam::/, 'aws:') },
      model: { id, name: model },
      version: 1,
      data: { source: 's3://elsewhere/model' },
      prevHash: before?.hash,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('shows without a model all that happened in the tenant, and nothing of another', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const stranger = await aTenant(registry);
    await aModelOf(stranger);
    const events = await walked(tenant.reader, {});

    expect(events.map(({ tenant: of }) => of)).toEqual(events.map(() => tenant.id));
    expect(typesOf(events)).toEqual([
      'model.created',
      'policy.changed',
      'member.put',
      'member.put',
      'member.put',
      'member.put',
      'tenant.created',
    ]);
    expect(events[0]?.model).toMatchObject({ name: model });
    expect(events[1]).not.toHaveProperty('model');
  });

  it('shows by its id what became of a model that is deleted, and of its next namesake something else', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const { id: modelId } = await tenant.reader.getModel({ model });
    await tenant.publisher.deleteModel({ model, reason: 'Nobody uses it.' });
    const gone = await call(registry, 'listEvents', { model }, { as: tenant.keys.reader });

    expect(gone).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
    const { items } = await tenant.reader.listEvents({ modelId });
    expect(typesOf(items)).toEqual(['model.deleted', 'model.created']);
    await tenant.publisher.createModel({ model });
    expect(await tenant.reader.listEvents({ modelId })).toEqual({ items });
    expect(typesOf((await tenant.reader.listEvents({ model })).items)).toEqual(['model.created']);
  });

  it('shows the same by id as by name, under every name that the model had', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const to = aName('renamed');
    const { id: modelId } = await tenant.publisher.renameModel({ model, to });
    const byName = await tenant.reader.listEvents({ model: to });

    expect(byName.items.map((event) => event.model?.name)).toEqual([to, model]);
    expect(await tenant.reader.listEvents({ modelId })).toEqual(byName);
  });

  it('shows nothing of an id that is no model, or another tenant’s', async () => {
    const tenant = await aTenant(registry);
    const stranger = await aTenant(registry);
    const { id } = await stranger.publisher.createModel({ model: aName('model') });

    for (const modelId of [id, '01JNF4YVQ4R9S8T7V6W5X4Y3Z2']) {
      expect(await tenant.reader.listEvents({ modelId })).toEqual({ items: [] });
    }
  });

  itEmbedded.each(['of a model', 'of the tenant'])(
    'shows what is from one time to another, both inclusive, %s',
    async (which) => {
      const tenant = await aTenant(registry);
      const model = await aModelOf(tenant);
      for (let count = 0; count < 4; count += 1) {
        registry.clock.advance(MINUTE);
        await aVersionOf(tenant, model);
      }
      const list = async (from?: string, to?: string) => {
        const about = which === 'of a model' ? { model } : {};
        const asked = { ...about, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
        const { items } = await tenant.reader.listEvents({ ...asked, order: 'ascending', limit: 100 });
        return items.flatMap(({ version }) => version ?? []);
      };
      const { items } = await tenant.reader.listEvents({ model, order: 'ascending' });
      const at = (version: number) => items[version]?.at ?? '';
      const beside = (version: number, milliseconds: number) =>
        new Date(Date.parse(at(version)) + milliseconds).toISOString();

      expect(await list(at(2), at(3))).toEqual([2, 3]);
      expect(await list(beside(2, 1), beside(3, -1))).toEqual([]);
      expect(await list(beside(2, -1), beside(3, 1))).toEqual([2, 3]);
      expect(await list(at(3))).toEqual([3, 4]);
      expect(await list(undefined, at(2))).toEqual([1, 2]);
      expect(await list(at(2), at(2))).toEqual([2]);
      expect(await list(beside(4, MINUTE))).toEqual([]);
      expect(await list(undefined, '1970-01-01T00:00:00Z')).toEqual([]);
      expect(await list('1970-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z')).toEqual([1, 2, 3, 4]);
    },
  );

  itEmbedded.each([
    ['ascending', 'of the tenant'],
    ['descending', 'of the tenant'],
    ['ascending', 'of a model'],
    ['descending', 'of a model'],
  ] as const)(
    'shows every event once, %s, page by page, %s, though many are of one millisecond',
    async (order, which) => {
      const tenant = await aTenant(registry);
      const models = [await aModelOf(tenant), await aModelOf(tenant)];
      // Clocks that were put back: whatever happens is at the moment of the last event before.
      registry.clock.advance(-MINUTE);
      for (const model of models) for (let count = 0; count < 5; count += 1) await aVersionOf(tenant, model);
      registry.clock.advance(MINUTE);
      const asked = which === 'of a model' ? { model: models[0], order } : { order };
      const { items, cursor } = await tenant.reader.listEvents({ ...asked, limit: 100 });
      const times = items.map(({ at }) => at);

      expect(cursor).toBeUndefined();
      expect(new Set(times).size).toBeLessThan(items.length - 4);
      expect(times).toEqual(order === 'ascending' ? times.toSorted() : times.toSorted().reverse());
      for (const limit of [1, 3]) expect(await walked(tenant.reader, { ...asked, limit })).toEqual(items);
      expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
      expect(items).toHaveLength(which === 'of a model' ? 6 : 18);
    },
  );

  it('goes on where a page ended, whatever happens meanwhile', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await aVersionOf(tenant, model);
    const first = await tenant.reader.listEvents({ model, limit: 1 });
    await aVersionOf(tenant, model);
    const second = await tenant.reader.listEvents({ model, limit: 1, cursor: first.cursor });

    expect(typesOf([...first.items, ...second.items])).toEqual(['version.registered', 'model.created']);
  });

  it('does not take a cursor of another model, order or time', async () => {
    const tenant = await aTenant(registry);
    const [model, other] = [await aModelOf(tenant), await aModelOf(tenant)];
    await aVersionOf(tenant, model);
    const { cursor } = await tenant.reader.listEvents({ model, limit: 1 });

    const from = '2020-01-01T00:00:00Z';
    for (const asked of [{ model: other }, {}, { model, order: 'ascending' }, { model, from }]) {
      const answer = await call(registry, 'listEvents', { ...asked, cursor }, { as: tenant.keys.reader });
      expect(answer).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
    }
  });

  it('shows a reader of some models what became of these, and of nothing else', async () => {
    const tenant = await aTenant(registry);
    const [model, other] = [await aModelOf(tenant, aName('mine')), await aModelOf(tenant, aName('other'))];
    const { id: modelId } = await tenant.reader.getModel({ model });
    const as = registry.stranger();
    await tenant.admin.putMember({ principal: as.arn, roles: [{ role: 'reader', models: 'mine-*' }] });

    expect(typesOf((await registry.client(as).listEvents({ model })).items)).toEqual(['model.created']);
    for (const [asked, where] of [
      [{ model: other }, `the model ${other}`],
      [{}, 'all models (*)'],
      // An id does not tell whose model it was.
      [{ modelId }, 'all models (*)'],
    ] as const) {
      const answer = await call(registry, 'listEvents', asked, { as });
      const detail = `This needs the role reader on ${where}.`;
      expect(answer).toMatchObject({ status: 403, body: { code: 'caller.forbidden', detail } });
    }
  });

  it.each([
    ['a model and an id together', { model: 'one', modelId: '01JNF4YVQ4R9S8T7V6W5X4Y3Z2' }, 'modelId'],
    ['an id that is none', { modelId: 'one' }, 'modelId'],
    ['a time that is none', { from: '2026-02-30T00:00:00Z' }, 'from'],
    ['a time without its zone', { to: '2026-02-03T00:00:00' }, 'to'],
    ['a time that ends before it begins', { from: '2026-02-03T00:00:00.001Z', to: '2026-02-03T00:00:00Z' }, 'from'],
  ])('refuses %s', async (_, asked, field) => {
    const tenant = await aTenant(registry);
    const answer = await call(registry, 'listEvents', asked, { as: tenant.keys.reader });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect(answer.body.issues).toEqual([{ field, message: expect.any(String) }]);
  });
});
