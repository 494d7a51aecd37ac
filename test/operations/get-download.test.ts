import { hash } from 'node:crypto';
import { expect, it } from 'vitest';
import { pageByPage } from '../../cli/paging.ts';
import { manifestKey, objectKey } from '../../shared/domain/artifact.ts';
import { TenantId } from '../../shared/domain/names.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { lose } from '../support/lose.ts';
import { atMachineTime } from '../support/machine-clock.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { anErasedOne } from '../support/retention.ts';
import { aModelOf, anUploadOf, aVersionOf, aVersionWith, type Contents, filesOf, sent } from '../support/setting-up.ts';

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
/** By path, as a manifest has them. */
const contents: Contents = {
  'B.txt': 'capitals come first',
  'a/b c.bin': everyByte,
  'a/copy.bin': everyByte,
  'empty.txt': '',
  'ä/日本.onnx': 'Unicode',
};

describeOperation('getDownload', (registry) => {
  async function aDownloadable(files = contents): Promise<{ tenant: TestTenant; model: string; version: number }> {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    return { tenant, model, version: await aVersionWith(tenant, model, files) };
  }
  const refused = ({ keys }: TestTenant, input: object) => call(registry, 'getDownload', input, { as: keys.reader });

  it('lists the files by path as they were registered, under the root digest of the version', async () => {
    const { tenant, model, version } = await aDownloadable();
    const { artifact } = await tenant.reader.getVersion({ model, version });
    const { rootDigest, items, cursor } = await tenant.reader.getDownload({ model, version });

    expect(rootDigest).toBe(artifact?.rootDigest);
    expect(items.map(({ request: _, ...file }) => file)).toEqual(filesOf(contents));
    expect(cursor).toBeUndefined();
  });

  it('gives URLs that anyone may get the exact bytes from', async () => {
    const { tenant, model, version } = await aDownloadable();
    const { items } = await tenant.reader.getDownload({ model, version });
    const answers = await Promise.all(items.map(({ request }) => fetch(request.url)));
    const bodies = await Promise.all(answers.map(async (answer) => Buffer.from(await answer.arrayBuffer())));

    expect(items.map(({ request: { method, headers } }) => ({ method, headers }))).toEqual(
      items.map(() => ({ method: 'GET', headers: {} })),
    );
    expect(answers.map(({ status }) => status)).toEqual(items.map(() => 200));
    expect(bodies).toEqual(Object.values(contents).map((content) => Buffer.from(content)));
  });

  it('has browsers save a file under its name', async () => {
    const { tenant, model, version } = await aDownloadable();
    const { items } = await tenant.reader.getDownload({ model, version });
    const answers = await Promise.all(items.map(({ request }) => fetch(request.url)));

    expect(answers.map(({ headers }) => headers.get('content-disposition')?.split("''")[1])).toEqual(
      ['B.txt', 'b c.bin', 'copy.bin', 'empty.txt', '日本.onnx'].map(encodeURIComponent),
    );
  });

  it('pages through the files one at a time, each exactly once', async () => {
    const { tenant, model, version } = await aDownloadable();
    const whole = await tenant.reader.getDownload({ model, version });
    const paths = [];
    const asked = { model, version, limit: 1 };
    for await (const page of pageByPage((from) => tenant.reader.getDownload({ ...asked, ...from }))) {
      expect(page.rootDigest).toBe(whole.rootDigest);
      paths.push(page.items.map(({ path }) => path));
    }

    expect(paths).toEqual(Object.keys(contents).map((path) => [path]));
  });

  it('has no cursor where the last page is full', async () => {
    const { tenant, model, version } = await aDownloadable();

    expect(await tenant.reader.getDownload({ model, version, limit: 5 })).not.toHaveProperty('cursor');
  });

  itEmbedded('gives URLs that are good for 15 minutes and no longer', async () => {
    const { tenant, model, version } = await aDownloadable({ 'model.bin': 'bytes' });
    // Until validation has read it: its client of S3 would take the leap for its own clock's being wrong.
    const checks = async () => (await tenant.reader.getVersion({ model, version })).evidence.checks;
    await expect.poll(checks, { timeout: 30_000 }).toHaveProperty('signet/sha256');
    const before = Date.now();
    const { items } = await tenant.reader.getDownload({ model, version });
    const after = Date.now();
    const get = () => Promise.all(items.map(async ({ request }) => sent(request)));
    const [inTime] = await atMachineTime(before + 898_000, get);
    const [late] = await atMachineTime(after + 901_000, get);

    expect([inTime?.status, await inTime?.text()]).toEqual([200, 'bytes']);
    expect(late?.status).toBe(403);
    expect(await late?.text()).toContain('Request has expired');
  });

  it('gives URLs that are good for nothing but reading this one file', async () => {
    const { tenant, model, version } = await aDownloadable({ 'a.bin': 'a', 'b.bin': 'b' });
    const { items } = await tenant.reader.getDownload({ model, version });
    const [url = ''] = items.map(({ request }) => request.url);
    const another = url.replace(hash('sha256', 'a', 'hex'), hash('sha256', 'b', 'hex'));
    const answers = [
      await fetch(another),
      await fetch(url, { method: 'PUT', body: 'c' }),
      await fetch(url, { method: 'DELETE' }),
    ];

    expect(another).not.toBe(url);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(await (await fetch(url)).text()).toBe('a');
  });

  it.each(['staging', 'archived'] as const)('is for versions in %s as well', async (stage) => {
    const { tenant, model, version } = await aDownloadable();
    await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
    if (stage === 'archived') await tenant.releaser.archiveVersion({ model, version });

    expect((await tenant.reader.getDownload({ model, version })).items).toHaveLength(5);
  });

  it('refuses an upload that is not complete, though all its bytes are there', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const { version } = await anUploadOf(tenant, model, { 'model.bin': aName('bytes') });

    expect(await refused(tenant, { model, version })).toMatchObject({
      status: 409,
      body: { code: 'version.incomplete', detail: `${model} version ${version} is uploading.` },
    });
  });

  itEmbedded('says of an abandoned upload that it is abandoned', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const { version } = await anUploadOf(tenant, model, { 'model.bin': aName('bytes') });
    registry.clock.advance(7 * 86_400_000);

    expect(await refused(tenant, { model, version })).toMatchObject({
      status: 409,
      body: { code: 'version.incomplete', detail: `${model} version ${version} is abandoned.` },
    });
  });

  it('says where the files are that are kept elsewhere', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model, { source: 's3://elsewhere/model' });

    expect(await refused(tenant, { model, version })).toMatchObject({
      status: 409,
      body: {
        code: 'version.external',
        detail: `The files of ${model} version ${version} are at s3://elsewhere/model.`,
      },
    });
  });

  it('refuses a cursor with another version than it was given for', async () => {
    const { tenant, model, version } = await aDownloadable();
    const other = await aVersionWith(tenant, model, { ...contents, 'more.txt': 'more' });
    const { cursor } = await tenant.reader.getDownload({ model, version, limit: 1 });

    expect(await refused(tenant, { model, version: other, limit: 1, cursor })).toMatchObject({
      status: 400,
      body: { code: 'cursor.invalid' },
    });
  });

  it.each(['0', '501', '1.5', 'all'])('is 400 for limit=%s, and names it', async (limit) => {
    const tenant = await aTenant(registry);

    expect(await refused(tenant, { model: 'any', version: 1, limit })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', issues: [{ field: 'limit' }] },
    });
  });

  it('is 404 for a model that is not there', async () => {
    expect(await refused(await aTenant(registry), { model: 'nowhere', version: 1 })).toMatchObject({
      status: 404,
      body: { code: 'model.not_found' },
    });
  });

  it('is 404 for a version that is not there, and for a deleted one', async () => {
    const { tenant, model, version } = await aDownloadable();
    await tenant.publisher.deleteVersion({ model, version });

    for (const absent of [version, 2]) {
      expect(await refused(tenant, { model, version: absent })).toMatchObject({
        status: 404,
        body: { code: 'version.not_found' },
      });
    }
  });

  itEmbedded('is 410 for a version whose manifest is gone, and not a bug', async () => {
    const { tenant, model, version, rootDigest } = await aLost();
    await lose(registry, manifestKey(TenantId.parse(tenant.id), rootDigest));

    expect(await refused(tenant, { model, version })).toMatchObject({
      status: 410,
      body: { code: 'artifact.lost', detail: `The manifest ${rootDigest} is not in the object store any more.` },
    });
  });

  itEmbedded('is 410 for a page whose files are gone, and names them; other pages are there', async () => {
    const { tenant, model, version } = await aLost();
    const { items } = await tenant.reader.getDownload({ model, version });
    for (const { sha256 } of items.slice(1)) await lose(registry, objectKey(TenantId.parse(tenant.id), sha256));

    const { status, body } = await refused(tenant, { model, version });
    expect({ status, code: body.code }).toEqual({ status: 410, code: 'artifact.lost' });
    expect(body.issues).toEqual(
      items.slice(1, 11).map(({ path }) => ({ field: path, message: 'is not there any more' })),
    );
    expect(body.detail).toContain('and more');
    expect((await tenant.reader.getDownload({ model, version, limit: 1 })).items).toHaveLength(1);
  });

  async function aLost() {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const names = Array.from({ length: 14 }, (_, n) => `${String(n).padStart(2, '0')}.bin`);
    const version = await aVersionWith(tenant, model, Object.fromEntries(names.map((name) => [name, aName(name)])));
    const { rootDigest } = await tenant.reader.getDownload({ model, version, limit: 1 });
    return { tenant, model, version, rootDigest };
  }

  itEmbedded('is 410 for a version whose files were deleted, and says when', async () => {
    const tenant = await aTenant(registry);
    const one = await anErasedOne(registry, tenant);
    const { erased } = await tenant.reader.getVersion(one);

    expect(await call(registry, 'getDownload', one, { as: tenant.keys.reader })).toMatchObject({
      status: 410,
      body: {
        code: 'artifact.deleted',
        detail: `The files of ${one.model} version 1 were deleted on ${erased?.at}.`,
      },
    });
  });
});
