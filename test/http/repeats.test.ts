import { describe, expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant, type TestTenant } from '../support/registry.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

const registry = await aRegistry();

const keyed = () => ({ 'idempotency-key': aName('key') });
const createModel = (as: TestTenant['keys']['publisher'], model: string, headers: Record<string, string>) =>
  call(registry, 'createModel', { model }, { as, headers });

describe('an Idempotency-Key that two members of one tenant use', () => {
  it('is of each of them: other requests are no repeats', async () => {
    const { keys } = await aTenant(registry);
    const headers = keyed();

    expect(await createModel(keys.publisher, aName('one'), headers)).toMatchObject({ status: 201 });
    expect(await createModel(await another(keys), aName('other'), headers)).toMatchObject({ status: 201 });
  });

  it('shows neither of them what the other was answered', async () => {
    const { keys } = await aTenant(registry);
    const [headers, model] = [keyed(), aName('model')];
    await createModel(keys.publisher, model, headers);

    expect(await createModel(await another(keys), model, headers)).toMatchObject({
      status: 409,
      body: { code: 'model.exists' },
    });
  });

  /** A second publisher of the tenant. */
  async function another({ admin }: TestTenant['keys']) {
    const credential = registry.stranger();
    await registry.client(admin).putMember({ principal: credential.arn, roles: [{ role: 'publisher' }] });
    return credential;
  }
});

describe('a request that is repeated under its Idempotency-Key', () => {
  it('is another one with another If-Match, or without', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    const { revision } = await tenant.reader.getModel({ model });
    const headers = keyed();
    const setAlias = (more: Record<string, string>) =>
      call(
        registry,
        'setAlias',
        { model, version, alias: 'champion' },
        { as: tenant.keys.releaser, headers: { ...headers, ...more } },
      );
    const reused = { status: 422, body: { code: 'idempotency.reused' } };

    const first = await setAlias({ 'if-match': `"${revision}"` });
    expect(first.status).toBe(200);
    expect(await setAlias({})).toMatchObject(reused);
    expect(await setAlias({ 'if-match': `"${revision + 1}"` })).toMatchObject(reused);
    expect((await setAlias({ 'if-match': `"${revision}"` })).body).toEqual(first.body);
  });

  it('is told the same where there was nothing to do, whatever was done since', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const headers = keyed();
    const describeAs = (description: string) =>
      call(registry, 'updateModel', { model, description }, { as: tenant.keys.publisher, headers });

    const nothing = await describeAs('');
    await tenant.publisher.updateModel({ model, description: 'Anew.' });

    expect(nothing).toMatchObject({ status: 200, body: { revision: 1 } });
    expect((await describeAs('')).body).toEqual(nothing.body);
    expect((await tenant.reader.getModel({ model })).description).toBe('Anew.');
    expect(await describeAs('Again.')).toMatchObject({ status: 422, body: { code: 'idempotency.reused' } });
  });
});
