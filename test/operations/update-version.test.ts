import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { aTenant } from '../support/registry.ts';
import { aModelOf, anUploadOf, aVersionIn, aVersionOf } from '../support/setting-up.ts';

describeOperation('updateVersion', (registry) => {
  it('says description and tags anew: a text sets a tag, null removes it, the rest stay', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const tags = { team: 'payments', draft: 'yes', region: 'eu' };
    const version = await aVersionOf(tenant, model, { description: 'Old.', tags, metrics: { accuracy: 0.9 } });
    const before = await tenant.reader.getVersion({ model, version });
    const changes = { description: 'New.', tags: { draft: null, region: 'us', owner: 'ann' } };
    const updated = await tenant.publisher.updateVersion({ model, version, ...changes });

    expect(updated).toEqual({
      ...before,
      description: 'New.',
      tags: { team: 'payments', region: 'us', owner: 'ann' },
      updatedAt: updated.updatedAt,
      revision: before.revision + 1,
    });
    expect(await tenant.reader.getVersion({ model, version })).toEqual(updated);
  });

  it('leaves alone what is not said', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model, { description: 'Kept.', tags: { team: 'payments' } });

    expect(await tenant.publisher.updateVersion({ model, version, tags: { owner: 'ann' } })).toMatchObject({
      description: 'Kept.',
      tags: { team: 'payments', owner: 'ann' },
    });
    expect(await tenant.publisher.updateVersion({ model, version, description: '' })).toMatchObject({
      description: '',
      tags: { team: 'payments', owner: 'ann' },
    });
  });

  it('tells in its event which fields it changed', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model, { description: 'Old.' });
    await tenant.publisher.updateVersion({ model, version, description: 'Old.', tags: { owner: 'ann' } });
    const { items } = await tenant.reader.listEvents({ model, limit: 1 });

    expect(items).toMatchObject([{ type: 'version.updated', version, data: { fields: ['tags'] } }]);
  });

  it('changes nothing, and has no event, when all is so already', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model, { description: 'Same.', tags: { team: 'payments' } });
    const before = [await tenant.reader.getVersion({ model, version }), await tenant.reader.listEvents({ model })];
    const same = { description: 'Same.', tags: { team: 'payments', gone: null } };
    await tenant.publisher.updateVersion({ model, version, ...same });

    expect([await tenant.reader.getVersion({ model, version }), await tenant.reader.listEvents({ model })]).toEqual(
      before,
    );
  });

  it.each(['staging', 'production', 'archived'] as const)('describes a version in %s as well', async (stage) => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionIn(tenant, model, stage);

    expect(await tenant.publisher.updateVersion({ model, version, description: 'Anew.' })).toMatchObject({
      stage,
      description: 'Anew.',
    });
  });

  it('does not keep an upload from being completed', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const { version } = await anUploadOf(tenant, model, { 'model.bin': aName('bytes') });
    await tenant.publisher.updateVersion({ model, version, description: 'Said meanwhile.' });

    expect(await tenant.publisher.completeVersion({ model, version })).toMatchObject({
      state: 'complete',
      description: 'Said meanwhile.',
    });
  });

  it.each([
    ['metrics', { accuracy: 1 }],
    ['schema', { inputs: [] }],
    ['lineage', { datasets: [] }],
    ['dependsOn', []],
    ['files', []],
    ['source', 's3://elsewhere/other'],
    ['stage', 'production'],
    ['state', 'uploading'],
    ['registeredBy', { principal: 'aws:444455556666:user/Mallory' }],
  ])('refuses to change %s, which is evidence, and changes nothing of the rest', async (field, value) => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model, { metrics: { accuracy: 0.5 } });
    const before = await tenant.reader.getVersion({ model, version });
    const input = { model, version, description: 'Anew.', [field]: value };
    const answer = await call(registry, 'updateVersion', input, { as: tenant.keys.publisher });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid', issues: [{ field }] } });
    expect(await tenant.reader.getVersion({ model, version })).toEqual(before);
  });

  it('refuses a tag too many, counting those that are there', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const tags = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`tag ${n}`, 'x']));
    const version = await aVersionOf(tenant, model, { tags });
    const update = (changes: Record<string, string | null>) =>
      call(registry, 'updateVersion', { model, version, tags: changes }, { as: tenant.keys.publisher });

    expect(await update({ more: 'x' })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', issues: [{ field: 'tags' }] },
    });
    expect(await update({ more: 'x', 'tag 0': null })).toMatchObject({ status: 200 });
  });

  it('refuses more than 64 KiB together with what was registered, and names the largest field', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const tags = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`tag ${n}`, 'x'.repeat(5_000)]));
    const version = await aVersionOf(tenant, model, { tags });
    const input = { model, version, description: 'x'.repeat(10_000) };
    const answer = await call(registry, 'updateVersion', input, { as: tenant.keys.publisher });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid', issues: [{ field: 'tags' }] } });
    expect(await tenant.reader.getVersion({ model, version })).toMatchObject({ description: '' });
  });

  it('is 404 for a model that is not there', async () => {
    const { keys } = await aTenant(registry);
    const input = { model: 'nowhere', version: 1, description: 'Anew.' };
    const answer = await call(registry, 'updateVersion', input, { as: keys.publisher });

    expect(answer).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
  });

  it('is 404 for a version that is not there, and for a deleted one', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const deleted = await aVersionOf(tenant, model);
    await tenant.publisher.deleteVersion({ model, version: deleted });

    for (const version of [deleted, 2]) {
      const input = { model, version, description: 'Anew.' };
      const answer = await call(registry, 'updateVersion', input, { as: tenant.keys.publisher });
      expect(answer).toMatchObject({ status: 404, body: { code: 'version.not_found' } });
    }
  });
});
