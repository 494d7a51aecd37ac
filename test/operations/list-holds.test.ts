import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { anOutsider, aTenant } from '../support/registry.ts';

describeOperation('listHolds', (registry) => {
  it('lists all holds, newest first, page by page', async () => {
    const { admin } = await aTenant(registry);
    const placed = [];
    for (const matter of ['Case 1', 'Case 2', 'Case 3']) placed.push(await admin.placeHold({ matter }));
    const first = await admin.listHolds({ limit: 2 });
    const second = await admin.listHolds({ limit: 2, cursor: first.cursor });

    expect([...first.items, ...second.items]).toEqual(placed.toReversed());
    expect(second).not.toHaveProperty('cursor');
  });

  it('lists those of one state', async () => {
    const { admin } = await aTenant(registry);
    const [one] = [await admin.placeHold({ matter: 'Case 1' }), await admin.placeHold({ matter: 'Case 2' })];
    await admin.releaseHold({ hold: one.id, reason: 'Closed.' });

    expect((await admin.listHolds({ state: 'releasing' })).items.map(({ matter }) => matter)).toEqual(['Case 1']);
    expect((await admin.listHolds({ state: 'active' })).items.map(({ matter }) => matter)).toEqual(['Case 2']);
  });

  it('shows nothing of another tenant, and a cursor of another tenant is none', async () => {
    const { admin } = await aTenant(registry);
    for (const matter of ['Case 1', 'Case 2']) await admin.placeHold({ matter });
    const { cursor } = await admin.listHolds({ limit: 1 });
    const as = await anOutsider(registry);

    expect(await call(registry, 'listHolds', {}, { as })).toMatchObject({ status: 200, body: { items: [] } });
    expect(await call(registry, 'listHolds', { cursor, limit: 1 }, { as })).toMatchObject({
      status: 400,
      body: { code: 'cursor.invalid' },
    });
  });

  it('refuses a state that there is not with 400', async () => {
    const { keys } = await aTenant(registry);

    expect(await call(registry, 'listHolds', { state: 'open' }, { as: keys.admin })).toMatchObject({
      status: 400,
      body: { issues: [{ field: 'state' }] },
    });
  });
});
