import { expect, it } from 'vitest';
import { digestOf } from '../../shared/domain/canonical.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant } from '../support/registry.ts';
import { aModelOf, aVersionIn, aVersionOf } from '../support/setting-up.ts';

describeOperation('getSchema', (registry) => {
  it('shows a schema as it is kept, with the SHA-256 of it', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const inputs = [{ name: 'amount', type: 'double', min: 0 }];
    const version = await aVersionOf(tenant, model, { schema: { inputs } });
    const schema = { inputs: [{ name: 'amount', type: 'float64', nullable: false, min: 0 }], outputs: [] };

    expect(await tenant.reader.getSchema({ model, version })).toEqual({
      model,
      version,
      schema,
      digest: digestOf(schema),
    });
  });

  it('has one digest for schemas that are one, whoever spelled them, and another for others', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const digests = [];
    for (const type of ['float64', 'Float64', '<f8', 'float32']) {
      const version = await aVersionOf(tenant, model, { schema: { inputs: [{ type, name: 'amount' }] } });
      digests.push((await tenant.reader.getSchema({ model, version })).digest);
    }

    expect(new Set(digests.slice(0, 3)).size).toBe(1);
    expect(digests[3]).not.toBe(digests[0]);
  });

  it('is 404 for a version without a schema, and says so', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionIn(tenant, model, 'production');

    expect(await call(registry, 'getSchema', { model, version }, { as: tenant.keys.reader })).toMatchObject({
      status: 404,
      body: { code: 'schema.not_found', detail: `${model} version 1 was registered without a schema.` },
    });
  });

  it('is 404 for a model or a version that is not there', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const ask = async (input: object) =>
      (await call(registry, 'getSchema', input, { as: tenant.keys.reader })).body.code;

    expect(await ask({ model: 'nowhere', version: 1 })).toBe('model.not_found');
    expect(await ask({ model, version: 1 })).toBe('version.not_found');
  });
});
