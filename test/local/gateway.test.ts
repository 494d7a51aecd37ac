import { describe, expect, it } from 'vitest';
import { aName, aRegistry, aTenant } from '../support/registry.ts';

const registry = await aRegistry();

describe('the gateway', () => {
  it('finds an operation, and gives its answer', async () => {
    const { publisher, reader, keys } = await aTenant(registry);
    const model = aName('model');
    await publisher.createModel({ model });

    expect(await reader.getModel({ model })).toMatchObject({ name: model, revision: 1 });
    expect(await registry.raw('GET', `/v1/models/${model}?`, { as: keys.reader })).toMatchObject({ status: 200 });
  });

  it('tells nobody about a tenant that is not theirs', async () => {
    const { publisher, outsider } = await aTenant(registry);
    const model = aName('model');
    await publisher.createModel({ model });

    await expect(outsider.getModel({ model })).rejects.toMatchObject({ status: 404, code: 'model.not_found' });
  });
});
