import { expect, it } from 'vitest';
import { DAY_MS } from '../../shared/domain/day.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { anOutsider, aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { AT_ONCE, retain } from '../support/retention.ts';
import { aModelOf, aVersionIn, aVersionOf, aVersionWith } from '../support/setting-up.ts';

/** A version with files in a stage. */
async function filesIn(tenant: TestTenant, model: string, stage: 'staging' | 'production' | 'archived') {
  const version = await aVersionWith(tenant, model, { 'model.bin': aName('bytes') });
  await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
  if (stage === 'production') await tenant.releaser.promoteVersion({ model, version, stage });
  if (stage === 'archived') await tenant.releaser.archiveVersion({ model, version });
  return version;
}

describeOperation('previewRetention', (registry) => {
  it('says of each version why it is kept, and until when', async () => {
    const tenant = await aTenant(registry, { policy: 'default' });
    const model = await aModelOf(tenant);
    await tenant.admin.putPolicy({ model, policy: { lifecycle: 'open' } });
    await filesIn(tenant, model, 'production');
    await filesIn(tenant, model, 'production');
    await filesIn(tenant, model, 'staging');
    await filesIn(tenant, model, 'archived');
    await tenant.releaser.setAlias({ model, alias: 'champion', version: 4 });
    const { id: hold } = await tenant.admin.placeHold({ matter: 'Case 1', model, version: 4 });
    const { items } = await tenant.reader.previewRetention({ model });
    const at = async (version: number) => (await tenant.reader.getVersion({ model, version })).stageAt ?? '';
    const after = (moment: string, days: number) => new Date(Date.parse(moment) + days * DAY_MS).toISOString();

    const why = items.map(({ version, actions, kept }) => [
      version,
      actions,
      kept.map((one) => [one.what, one.why, one.until]),
    ]);
    expect(why).toEqual([
      [
        1,
        [],
        [
          ['artifact', 'hold_days', after(await at(1), 2_555)],
          ['artifact', 'replacement_unstable', after(await at(2), 14)],
        ],
      ],
      [2, [], expect.arrayContaining([['artifact', 'in_use', undefined]])],
      [
        3,
        [],
        expect.arrayContaining([
          ['stage', 'staging_days', after(await at(3), 30)],
          ['artifact', 'in_use', undefined],
        ]),
      ],
      [
        4,
        [],
        [
          ['artifact', 'held', undefined],
          ['artifact', 'alias', undefined],
          ['artifact', 'hold_days', after(await at(4), 2_555)],
        ],
      ],
    ]);
    expect(items[3]?.kept[0]).toMatchObject({ holds: [hold], detail: `under the legal hold ${hold}` });
  });

  itEmbedded('says what the next run does, and the run does exactly that', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.admin.putPolicy({ model, policy: AT_ONCE });
    await filesIn(tenant, model, 'archived');
    await filesIn(tenant, model, 'staging');
    const { artifact } = await tenant.reader.getVersion({ model, version: 1 });
    const { items } = await tenant.reader.previewRetention({ model, acting: true });
    await retain(registry, tenant);
    const after = await tenant.reader.previewRetention({ model, acting: true });

    expect(items).toEqual([
      {
        model,
        version: 1,
        state: 'complete',
        stage: 'archived',
        actions: [{ action: 'delete files', rootDigest: artifact?.rootDigest, bytes: artifact?.bytes }],
        kept: [],
      },
    ]);
    expect(after.items).toEqual([]);
    expect((await tenant.reader.getVersion({ model, version: 1 })).erased).toBeDefined();
    expect(await tenant.reader.getVersion({ model, version: 2 })).toMatchObject({ stage: 'staging' });
  });

  it('goes through all models of a tenant, and deleted ones, page by page', async () => {
    const tenant = await aTenant(registry);
    const models = [await aModelOf(tenant, 'a'), await aModelOf(tenant, 'b'), await aModelOf(tenant, 'c')];
    for (const model of models) for (let count = 0; count < 3; count += 1) await aVersionIn(tenant, model, 'staging');
    await aVersionWith(tenant, 'b', { 'model.bin': aName('bytes') });
    await tenant.admin.deleteModel({ model: 'b', force: true, reason: 'Gone.' });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await tenant.reader.previewRetention({ limit: 2, ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ model, version }) => `${model}:${version}`));
      cursor = page.cursor;
    } while (cursor);

    expect(seen).toEqual(['a:1', 'a:2', 'a:3', 'c:1', 'c:2', 'c:3', 'b:4']);
  });

  it('says nothing of versions that retention has nothing to do with', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await aVersionOf(tenant, model);

    expect(await tenant.reader.previewRetention({ model })).toEqual({ items: [] });
  });

  itEmbedded('says that it is halted, when there was more to do than is usual', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.admin.putPolicy({ model, policy: { retention: { stagingDays: 0 } } });
    for (let count = 0; count < 25; count += 1) await aVersionIn(tenant, model, 'staging');
    await retain(registry, tenant);
    const halted = await tenant.reader.previewRetention({ model, acting: true });
    const { items } = await tenant.admin.listEvents({ limit: 1 });
    await retain(registry, tenant, 1.1);

    expect(halted).toMatchObject({ haltedUntil: expect.any(String) });
    expect(halted.items).toHaveLength(5);
    expect(items).toMatchObject([{ type: 'retention.halted', data: { done: 20, limit: 20 } }]);
    expect(registry.log).toContainEqual(expect.objectContaining({ code: 'retention.halted', tenant: tenant.id }));
    expect(await tenant.reader.previewRetention({ model, acting: true })).toEqual({ items: [] });
  });

  it('knows no model that is not there, nor one of another tenant', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const ask = (of: string, as = tenant.keys.reader) => call(registry, 'previewRetention', { model: of }, { as });

    expect(await ask('nowhere')).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
    expect(await ask(model, await anOutsider(registry))).toMatchObject({
      status: 404,
      body: { code: 'model.not_found' },
    });
  });

  it('refuses a cursor that it did not give, and a limit out of bounds', async () => {
    const { keys } = await aTenant(registry);
    const ask = (input: object) => call(registry, 'previewRetention', input, { as: keys.reader });

    expect(await ask({ cursor: 'abc' })).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
    expect(await ask({ limit: 101 })).toMatchObject({ status: 400, body: { issues: [{ field: 'limit' }] } });
  });
});
