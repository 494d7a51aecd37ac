import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant } from '../support/registry.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

describeOperation('getCard', (registry) => {
  it('shows the card as it is, or as it was, with who put it and when', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const one = { model, version: await aVersionOf(tenant, model) };
    await tenant.publisher.putCard({ ...one, card: { owner: 'Ann' } });
    await tenant.publisher.putCard({ ...one, card: { owner: 'Bea' } });
    const by = tenant.keys.publisher.arn.replace(/^arn:aws:iam::/, 'aws:');

    expect(await tenant.reader.getCard(one)).toMatchObject({ ...one, card: { owner: 'Bea' }, by, revision: 2 });
    expect(await tenant.reader.getCard({ ...one, revision: 1 })).toMatchObject({ card: { owner: 'Ann' }, revision: 1 });
  });

  it('is 404 for a model, a version, a card or a revision that is not there', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    const get = (input: object) => call(registry, 'getCard', { model, version, ...input }, { as: tenant.keys.reader });

    expect(await get({ model: 'none' })).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
    expect(await get({ version: 9 })).toMatchObject({ status: 404, body: { code: 'version.not_found' } });
    expect(await get({})).toMatchObject({ status: 404, body: { code: 'card.not_found' } });
    await tenant.publisher.putCard({ model, version, card: { owner: 'Ann' } });
    expect(await get({ revision: 2 })).toMatchObject({ status: 404, body: { code: 'card.not_found' } });
  });
});
