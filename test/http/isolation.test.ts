import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import { rows } from '../../shared/contract/operations.ts';
import { call } from '../support/call.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { aModelOf, anUploadOf, aVersionWith, filesOf, sendAll, sent } from '../support/setting-up.ts';
import { callerOf, situations } from '../support/situations.ts';

const registry = await aRegistry();

/** Two tenants that know nothing of each other. */
const twoTenants = async () => [await aTenant(registry), await aTenant(registry)] as const;

describe('rule 11: events', () => {
  it('rule 11: a tenant lists and exports its own events alone', async () => {
    const [tenant, other] = await twoTenants();
    await aModelOf(tenant);
    await aModelOf(other);
    const listed = (await tenant.reader.listEvents({ limit: 100 })).items;
    const exported = await Array.fromAsync(tenant.reader.exportEvents({}));

    expect(new Set(listed.map((event) => event.tenant))).toEqual(new Set([tenant.id]));
    expect(listed.map(({ type }) => type)).toContain('model.created');
    expect(exported.at(-1)).toEqual({ type: 'export.completed', events: listed.length });
    expect(JSON.stringify(exported)).not.toContain(other.id);
  });

  it('rule 11: the id of a model of another tenant has as few events as one that was made up', async () => {
    const [tenant, other] = await twoTenants();
    const { id: modelId } = await other.reader.getModel({ model: await aModelOf(other) });

    expect((await other.reader.listEvents({ modelId })).items).toHaveLength(1);
    expect(await tenant.reader.listEvents({ modelId })).toEqual({ items: [] });
    expect(await tenant.reader.listEvents({ modelId: ulid() })).toEqual({ items: [] });
    expect(await Array.fromAsync(tenant.reader.exportEvents({ modelId }))).toEqual([
      { type: 'export.completed', events: 0 },
    ]);
  });
});

describe('rule 11: cursors', () => {
  it('rule 11: a cursor of one tenant is refused in another, even to a member of both, for a model of one name', async () => {
    const tenants = await twoTenants();
    const both = registry.stranger();
    const model = aName('model');
    for (const tenant of tenants) {
      await aVersionWith(tenant, await aModelOf(tenant, model), { 'a.bin': 'a', 'b.bin': 'b' });
      await tenant.admin.putMember({ principal: both.arn, roles: [{ role: 'reader' }] });
    }
    const input = { model, version: 1, limit: 1 };
    const ask = (tenant: TestTenant, cursor = {}) =>
      call(registry, 'getDownload', { ...input, ...cursor }, { as: both, headers: { 'x-signet-tenant': tenant.id } });
    const { cursor } = (await ask(tenants[0])).body;

    expect(await ask(tenants[0], { cursor })).toMatchObject({ status: 200, body: { items: [{ path: 'b.bin' }] } });
    expect(await ask(tenants[1], { cursor })).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
  });
});

describe('rule 11: bytes', () => {
  const content = 'weights that two tenants have';

  /** What a tenant may upload, and what it may download once it did. */
  async function urlsOf(tenant: TestTenant) {
    const model = await aModelOf(tenant);
    const contents = { 'model.bin': content };
    const { version, uploads } = await tenant.publisher.registerVersion({ model, files: filesOf(contents) });
    const early = await call(
      registry,
      'completeVersion',
      { model, version: version.version },
      { as: tenant.keys.publisher },
    );
    await sendAll(uploads, contents);
    await tenant.publisher.completeVersion({ model, version: version.version });
    const { items } = await tenant.reader.getDownload({ model, version: version.version });
    const [upload] = uploads;
    const [download] = items;
    if (!upload || !download) throw new Error('expected one of each');
    return { early, upload: upload.request, download: download.request };
  }

  it('rule 11: what one tenant has is asked for again in another, which has to send it', async () => {
    const [tenant, other] = await twoTenants();
    await urlsOf(tenant);
    const { early, upload } = await urlsOf(other);

    expect(early).toMatchObject({ status: 409, body: { code: 'version.incomplete' } });
    expect(new URL(upload.url).pathname).toContain(`/t/${other.id}/`);
  });

  it.each(['upload', 'download'] as const)(
    'rule 11: the %s URL of one tenant’s object is good for that object, and for no other tenant’s',
    async (kind) => {
      const [tenant, other] = await twoTenants();
      const [own, foreign] = [(await urlsOf(tenant))[kind], (await urlsOf(other))[kind]];
      const elsewhere = { ...own, url: own.url.replace(`/t/${tenant.id}/`, `/t/${other.id}/`) };
      const { search } = new URL(own.url);
      const signedByOther = { ...own, url: `${foreign.url.split('?', 1)}${search}` };
      const body = kind === 'upload' ? content : undefined;

      expect(new URL(own.url).pathname).toContain(`/t/${tenant.id}/`);
      expect((await sent(own, body)).status).toBe(kind === 'upload' ? 412 : 200);
      expect((await sent(elsewhere, body)).status).toBe(403);
      expect((await sent(signedByOther, body)).status).toBe(403);
    },
  );
});

describe('rule 11: log lines', () => {
  itEmbedded.each(rows.map(([name]) => name).filter((name) => name !== 'createTenant'))(
    'rule 11: no line of %s names a tenant that the caller is not in, although it asks for its things',
    async (name) => {
      const [tenant, other] = await twoTenants();
      const [own, foreign] = [await situations[name](tenant), await situations[name](other)];
      await anUploadOf(other, await aModelOf(other), { 'model.bin': aName('bytes') });
      const as = callerOf(name, registry, tenant);
      const begun = registry.log.length;
      await call(registry, name, own, { as });
      await call(registry, name, foreign, { as });
      await call(registry, name, foreign, { as, headers: { 'x-signet-tenant': other.id } });
      const lines = registry.log.slice(begun);

      expect(lines.length).toBeGreaterThanOrEqual(3);
      expect(lines).toContainEqual(expect.objectContaining({ code: 'request.answered', operation: name }));
      expect(JSON.stringify(lines)).not.toContain(other.id);
    },
  );
});
