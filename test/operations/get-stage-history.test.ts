import { describe, expect, it } from 'vitest';
import { pageByPage } from '../../cli/paging.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { aModelOf, aVersionIn, aVersionOf } from '../support/setting-up.ts';

const HOUR = 3_600_000;

describeOperation('getStageHistory', (registry) => {
  /** Production as it was: 1, an hour later 2, an hour later nobody, an hour later 1 again; then another hour. */
  async function aHistoryOf(tenant: TestTenant) {
    const model = await aModelOf(tenant);
    const later = () => registry.clock.advance(HOUR);
    await aVersionIn(tenant, model, 'production');
    await aVersionIn(tenant, model, 'staging');
    later();
    await tenant.releaser.promoteVersion({ model, version: 2, stage: 'production' });
    later();
    await tenant.releaser.archiveVersion({ model, version: 2 });
    later();
    await tenant.releaser.rollbackModel({ model, version: 1, reason: 'Nobody is worse.' });
    later();
    const { items } = await tenant.reader.getStageHistory({ model, stage: 'production' });
    return { model, items, times: items.map(({ at }) => Date.parse(at)).reverse() };
  }

  const versionsAt = async (tenant: TestTenant, model: string, time: number) => {
    const at = new Date(time).toISOString();
    const { items, cursor } = await tenant.reader.getStageHistory({ model, stage: 'production', at });
    expect(cursor).toBeUndefined();
    return items.map(({ versions }) => versions);
  };

  itEmbedded('shows who held production, newest first, with the event and the person behind each change', async () => {
    const tenant = await aTenant(registry);
    const { model, items } = await aHistoryOf(tenant);

    expect(items.map(({ versions }) => versions)).toEqual([[1], [], [2], [1]]);
    const { items: events } = await tenant.reader.listEvents({ model, limit: 100 });
    const behind = items.map(({ seq }) => events.find((event) => event.seq === seq));
    const types = ['model.rolled_back', 'version.archived', 'version.promoted', 'version.promoted'];
    expect(behind.map((event) => event?.type)).toEqual(types);
    expect(items.map(({ at, actor }) => ({ at, actor }))).toEqual(
      behind.map((event) => ({ at: event?.at, actor: event?.actor })),
    );
  });

  itEmbedded('says who held production at any time: before, exactly at a change, between, and now', async () => {
    const tenant = await aTenant(registry);
    const { model, times } = await aHistoryOf(tenant);
    const [first = 0, second = 0, third = 0, fourth = 0] = times;

    expect(await versionsAt(tenant, model, first - 1)).toEqual([]);
    expect(await versionsAt(tenant, model, Date.parse('1970-01-01'))).toEqual([]);
    expect(await versionsAt(tenant, model, first)).toEqual([[1]]);
    expect(await versionsAt(tenant, model, second - 1)).toEqual([[1]]);
    expect(await versionsAt(tenant, model, second)).toEqual([[2]]);
    expect(await versionsAt(tenant, model, second + 1)).toEqual([[2]]);
    expect(await versionsAt(tenant, model, third)).toEqual([[]]);
    expect(await versionsAt(tenant, model, fourth)).toEqual([[1]]);
    expect(await versionsAt(tenant, model, registry.clock.now().getTime())).toEqual([[1]]);
    expect(await versionsAt(tenant, model, Date.parse('9999-12-31'))).toEqual([[1]]);
  });

  it('shows every version that held a stage together, in the order in which they came', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await aVersionIn(tenant, model, 'staging');
    await aVersionIn(tenant, model, 'staging');
    await tenant.releaser.archiveVersion({ model, version: 1 });

    const { items } = await tenant.reader.getStageHistory({ model, stage: 'staging' });
    expect(items.map(({ versions }) => versions)).toEqual([[2], [1, 2], [1]]);
  });

  itEmbedded('keeps apart what changes within one millisecond', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const versions = [
      await aVersionOf(tenant, model),
      await aVersionOf(tenant, model),
      await aVersionOf(tenant, model),
    ];
    // A clock that was put back: all of these are at the moment of the last event.
    registry.clock.advance(-60_000);
    for (const version of versions) await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
    registry.clock.advance(60_000);

    const { items } = await tenant.reader.getStageHistory({ model, stage: 'staging' });
    expect(new Set(items.map(({ at }) => at)).size).toBe(1);
    expect(items.map(({ versions: held }) => held)).toEqual([[1, 2, 3], [1, 2], [1]]);
    const [{ at } = { at: '' }] = items;
    const then = await tenant.reader.getStageHistory({ model, stage: 'staging', at });
    expect(then.items).toEqual(items.slice(0, 1));
  });

  it('is empty for what nobody ever held', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await aVersionIn(tenant, model, 'staging');

    expect(await tenant.reader.getStageHistory({ model, stage: 'production' })).toEqual({ items: [] });
    expect(await tenant.reader.getStageHistory({ model, alias: 'champion' })).toEqual({ items: [] });
  });

  it('has no line for a promotion that was refused, or that changed nothing', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionIn(tenant, model, 'production');
    const before = await tenant.reader.getStageHistory({ model, stage: 'production' });
    await tenant.releaser.promoteVersion({ model, version, stage: 'production' });
    const other = await aVersionOf(tenant, model);
    await call(
      registry,
      'promoteVersion',
      { model, version: other, stage: 'production' },
      { as: tenant.keys.releaser },
    );

    expect(await tenant.reader.getStageHistory({ model, stage: 'production' })).toEqual(before);
  });

  itEmbedded('shows what an alias named over time, until it was deleted, and keeps cases apart', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const [one, other] = [await aVersionOf(tenant, model), await aVersionOf(tenant, model)];
    await tenant.releaser.setAlias({ model, version: one, alias: 'champion' });
    await tenant.releaser.setAlias({ model, version: other, alias: 'champion' });
    await tenant.releaser.setAlias({ model, version: other, alias: 'Champion' });
    registry.clock.advance(HOUR);
    await tenant.releaser.deleteAlias({ model, alias: 'champion' });

    const history = async (alias: string) =>
      (await tenant.reader.getStageHistory({ model, alias })).items.map(({ versions }) => versions);
    expect(await history('champion')).toEqual([[], [other], [one]]);
    expect(await history('Champion')).toEqual([[other]]);
    const at = new Date(registry.clock.now().getTime() - HOUR / 2).toISOString();
    const then = await tenant.reader.getStageHistory({ model, alias: 'champion', at });
    expect(then.items).toMatchObject([{ versions: [other] }]);
  });

  it('shows every change exactly once, page by page', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const versions = [await aVersionOf(tenant, model), await aVersionOf(tenant, model)];
    for (let round = 0; round < 7; round += 1) {
      const version = versions[round % 2] ?? 0;
      await tenant.releaser.setAlias({ model, version, alias: 'champion' });
    }
    const whole = await tenant.reader.getStageHistory({ model, alias: 'champion' });
    expect(whole.cursor).toBeUndefined();
    expect(whole.items.map(({ versions: [named] }) => named)).toEqual([1, 2, 1, 2, 1, 2, 1]);

    const paged: typeof whole.items = [];
    const asked = { model, alias: 'champion', limit: 3 };
    for await (const { items } of pageByPage((from) => tenant.reader.getStageHistory({ ...asked, ...from }))) {
      expect(items.length).toBeLessThanOrEqual(3);
      paged.push(...items);
    }
    expect(paged).toEqual(whole.items);
  });

  itEmbedded('does not take a cursor of another stage or alias', async () => {
    const tenant = await aTenant(registry);
    const { model } = await aHistoryOf(tenant);
    const { cursor } = await tenant.reader.getStageHistory({ model, stage: 'production', limit: 1 });
    const { keys } = tenant;

    for (const asked of [{ stage: 'staging' }, { alias: 'production-2' }]) {
      const answer = await call(registry, 'getStageHistory', { model, ...asked, cursor }, { as: keys.reader });
      expect(answer).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
    }
  });

  itEmbedded('stays with a model that gets another name', async () => {
    const tenant = await aTenant(registry);
    const { model, items } = await aHistoryOf(tenant);
    const to = aName('renamed');
    await tenant.publisher.renameModel({ model, to });

    expect(await tenant.reader.getStageHistory({ model: to, stage: 'production' })).toEqual({ items });
  });

  itEmbedded('is not that of a later model under the same name', async () => {
    const tenant = await aTenant(registry);
    const { model } = await aHistoryOf(tenant);
    await tenant.admin.deleteModel({ model, force: true, reason: 'Begun anew.' });
    await tenant.publisher.createModel({ model });

    expect(await tenant.reader.getStageHistory({ model, stage: 'production' })).toEqual({ items: [] });
  });

  describe('refuses to show', () => {
    it.each([
      [
        'a stage and an alias together',
        { stage: 'staging', alias: 'champion' },
        'stage',
        'expected either stage or alias',
      ],
      ['neither', {}, 'stage', 'expected either stage or alias'],
      ['a stage in which nothing is at work', { stage: 'archived' }, 'stage', /./],
      [
        'a time that is none',
        { stage: 'staging', at: 'yesterday' },
        'at',
        'expected a time such as 2026-01-31T12:00:00Z',
      ],
    ])('%s', async (_, asked, field, message) => {
      const tenant = await aTenant(registry);
      const model = await aModelOf(tenant);
      const answer = await call(registry, 'getStageHistory', { model, ...asked }, { as: tenant.keys.reader });

      const said = message instanceof RegExp ? expect.stringMatching(message) : message;
      expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
      expect(answer.body.issues).toEqual([{ field, message: said }]);
    });

    it('a model that is not there', async () => {
      const { keys } = await aTenant(registry);
      const input = { model: aName('model'), stage: 'staging' };

      expect(await call(registry, 'getStageHistory', input, { as: keys.reader })).toMatchObject({
        status: 404,
        body: { code: 'model.not_found' },
      });
    });
  });
});
