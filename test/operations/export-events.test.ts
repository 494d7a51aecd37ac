import { hash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Sent } from '../../shared/contract/operations.ts';
import { verifyChains } from '../../shared/domain/audit.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { aModelOf, aVersionIn, aVersionOf } from '../support/setting-up.ts';

describeOperation('exportEvents', (registry) => {
  /** The lines of an export, as they came. */
  async function exported({ keys }: TestTenant, asked: Sent<'exportEvents'> = {}): Promise<string[]> {
    const { status, headers, text } = await call(registry, 'exportEvents', asked, { as: keys.reader });
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'application/jsonl' });
    expect(text.endsWith('\n')).toBe(true);
    return text.slice(0, -1).split('\n');
  }

  const typesOf = (lines: readonly string[]): string[] => lines.map((line) => JSON.parse(line).type);

  it('streams the events of a model as JSON lines, oldest first, and at the end how many they were', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await aModelOf(tenant);
    await aVersionIn(tenant, model, 'staging');
    const lines = await exported(tenant, { model });

    expect(typesOf(lines)).toEqual(['model.created', 'version.registered', 'version.promoted', 'export.completed']);
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ type: 'export.completed', events: 3 });
    const { items } = await tenant.reader.listEvents({ model, order: 'ascending' });
    expect(lines.slice(0, -1).map((line) => JSON.parse(line))).toEqual(items);
  });

  it('is proved by anybody, without the registry', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionIn(tenant, model, 'production');
    await call(registry, 'promoteVersion', { model, version, stage: 'staging' }, { as: tenant.keys.releaser });
    await aModelOf(tenant);
    const { id } = await tenant.reader.getModel({ model });
    const lines = await exported(tenant, { model });
    const { hash: head } = JSON.parse(lines.at(-2) ?? '');

    expect(await verifyChains(lines)).toEqual({
      events: 5,
      chains: [{ chain: `${tenant.id}/${id}`, model, first: 1, last: 5, hash: head }],
    });
    const whole = await verifyChains(await exported(tenant));
    expect(whole).not.toHaveProperty('fault');
    expect(whole.chains.map(({ last }) => last)).toEqual([6, 5, 1]);
  });

  it('is found out by anybody when one event was changed or taken away', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    await tenant.releaser.promoteVersion({ model, version, stage: 'staging', reason: 'Too slow.' });
    await tenant.releaser.archiveVersion({ model, version });
    const lines = await exported(tenant, { model });

    const changed = lines.map((line) => line.replace('Too slow.', 'As told.'));
    expect(await verifyChains(changed)).toMatchObject({ events: 2, fault: { line: 3, seq: 3 } });
    expect(await verifyChains(lines.toSpliced(2, 1))).toMatchObject({ events: 2, fault: { line: 3, seq: 4 } });
    expect(await verifyChains(lines.slice(0, -1))).toMatchObject({ events: 4, fault: { line: 5 } });
  });

  itEmbedded('streams 1,200 events, over several pages, each once and in order', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await aVersionOf(tenant, model);
    for (let count = 0; count < 1_198; count += 1) {
      await tenant.publisher.updateModel({ model, tags: { round: String(count) } });
    }
    const lines = await exported(tenant, { model });

    expect(lines.slice(0, -1).map((line) => JSON.parse(line).seq)).toEqual(
      Array.from({ length: 1_200 }, (_, n) => n + 1),
    );
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ type: 'export.completed', events: 1_200 });
    expect(await verifyChains(lines)).toMatchObject({ events: 1_200, chains: [{ first: 1, last: 1_200 }] });
    const whole = await exported(tenant);
    expect(new Set(whole.map((line) => hash('sha256', line))).size).toBe(1_200 + 6 + 1);
    expect(await verifyChains(whole)).not.toHaveProperty('fault');
  });

  it('streams an export that was begun, whatever happens meanwhile', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const types: string[] = [];
    for await (const line of tenant.reader.exportEvents({ model })) {
      types.push(line.type);
      if (types.length === 1) await tenant.publisher.deleteModel({ model });
    }

    expect(types.at(0)).toBe('model.created');
    expect(types.at(-1)).toBe('export.completed');
  });

  it('says of nothing that it is nothing', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const nothing = [JSON.stringify({ type: 'export.completed', events: 0 })];

    expect(await exported(tenant, { model, to: '2020-01-01T00:00:00Z' })).toEqual(nothing);
    expect(await exported(tenant, { from: '9999-01-01T00:00:00Z' })).toEqual(nothing);
    expect(await exported(tenant, { modelId: '01JNF4YVQ4R9S8T7V6W5X4Y3Z2' })).toEqual(nothing);
    expect(await verifyChains(nothing)).toEqual({ events: 0, chains: [] });
  });

  itEmbedded('takes a part by time, both ends inclusive, whose chain is proved from its first event on', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    for (let count = 0; count < 3; count += 1) {
      registry.clock.advance(60_000);
      await aVersionOf(tenant, model);
    }
    const { items } = await tenant.reader.listEvents({ model, order: 'ascending' });
    const lines = await exported(tenant, { model, from: items[1]?.at, to: items[2]?.at });

    expect(await verifyChains(lines)).toMatchObject({ events: 2, chains: [{ first: 2, last: 3 }] });
  });

  it('tells by its id what became of a model that is deleted', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const { id: modelId } = await tenant.publisher.deleteModel({ model });
    const lines = await exported(tenant, { modelId });

    expect(typesOf(lines)).toEqual(['model.created', 'model.deleted', 'export.completed']);
    expect(await verifyChains(lines)).toMatchObject({ chains: [{ last: 2 }] });
  });

  it('is one line for an event, whatever a text in it has', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionIn(tenant, model, 'staging');
    const reason = 'naïve "☂" \\ \u{1F680} \u00a0 \u202e';
    await tenant.releaser.archiveVersion({ model, version, reason });
    const lines = await exported(tenant, { model });

    expect(JSON.parse(lines[3] ?? '').data).toEqual({ from: 'staging', reason });
    expect(await verifyChains(lines)).toMatchObject({ events: 4 });
  });

  it('is for a reader of some models what became of these, and of nothing else', async () => {
    const tenant = await aTenant(registry);
    const [model, other] = [await aModelOf(tenant, aName('mine')), await aModelOf(tenant, aName('other'))];
    const as = registry.stranger();
    await tenant.admin.putMember({ principal: as.arn, roles: [{ role: 'reader', models: 'mine-*' }] });
    const statusOf = async (asked: object) => (await call(registry, 'exportEvents', asked, { as })).status;

    expect([await statusOf({ model }), await statusOf({ model: other }), await statusOf({})]).toEqual([200, 403, 403]);
  });

  it('refuses before it streams: a model that is not there, and a time that ends before it begins', async () => {
    const { keys } = await aTenant(registry);
    const ask = (asked: object) => call(registry, 'exportEvents', asked, { as: keys.reader });

    expect(await ask({ model: aName('model') })).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
    const backwards = await ask({ from: '2026-02-03T00:00:00.001Z', to: '2026-02-03T00:00:00Z' });
    expect(backwards).toMatchObject({ status: 400, body: { code: 'request.invalid', issues: [{ field: 'from' }] } });
  });
});
