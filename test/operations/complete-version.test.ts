import { expect, it } from 'vitest';
import { manifestKey } from '../../shared/domain/artifact.ts';
import { Sha256, TenantId } from '../../shared/domain/names.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { lose } from '../support/lose.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { aModelOf, anUploadOf, aVersionOf, aVersionWith, filesOf, sendAll } from '../support/setting-up.ts';

const WEEK = 7 * 86_400_000;
const MISSING = 'is not uploaded, or not all of it';

/** A version but for what the registry goes on to find in its files, at whatever time that is. */
const asCompleted = ({ evidence: _, revision: __, updatedAt: ___, ...rest }: Readonly<Record<string, unknown>>) => rest;

const completionsOf = async ({ reader }: TestTenant, model: string) =>
  (await reader.listEvents({ model })).items.filter(({ type }) => type === 'version.completed');

describeOperation('completeVersion', (registry) => {
  const complete = ({ keys }: TestTenant, model: string, version: number) =>
    call(registry, 'completeVersion', { model, version }, { as: keys.publisher });

  it('makes a version complete once all its files are there, and changes nothing else of it', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const { version } = await anUploadOf(tenant, model, { 'model.bin': aName('bytes'), 'empty.txt': '' });
    const before = await tenant.reader.getVersion({ model, version });
    const completed = await tenant.publisher.completeVersion({ model, version });

    const { completedAt, completedBy } = completed;
    const by = { completedAt, completedBy, updatedAt: completedAt };
    expect(completed).toEqual({ ...before, ...by, state: 'complete', revision: 2 });
    expect(asCompleted(await tenant.reader.getVersion({ model, version }))).toEqual(asCompleted(completed));
  });

  it('tells the root digest in its event', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionWith(tenant, model, { 'model.bin': aName('bytes') });
    const { artifact } = await tenant.reader.getVersion({ model, version });

    expect(await completionsOf(tenant, model)).toMatchObject([
      {
        version,
        data: { rootDigest: artifact?.rootDigest },
      },
    ]);
  });

  it('gives the same answer again, and has no second event', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const { version } = await anUploadOf(tenant, model, { 'model.bin': aName('bytes') });
    const first = await complete(tenant, model, version);
    const again = await complete(tenant, model, version);

    expect([first.status, again.status]).toEqual([200, 200]);
    expect(asCompleted(again.body)).toEqual(asCompleted(first.body));
    expect(await completionsOf(tenant, model)).toHaveLength(1);
  });

  it('happens once when two complete it at once', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const { version } = await anUploadOf(tenant, model, { 'model.bin': aName('bytes') });
    const [one, other] = await Promise.all([complete(tenant, model, version), complete(tenant, model, version)]);
    const { items } = await tenant.reader.listEvents({ model });

    expect([one.status, other.status]).toEqual([200, 200]);
    expect(asCompleted(other.body)).toEqual(asCompleted(one.body));
    expect(items.filter(({ type }) => type === 'version.completed')).toHaveLength(1);
  });

  it('gives back as it is a version whose files are kept elsewhere', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);

    expect(await tenant.publisher.completeVersion({ model, version })).toEqual(
      await tenant.reader.getVersion({ model, version }),
    );
  });

  it('refuses while files are missing, names each of their paths, and changes nothing', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const contents = { 'a.bin': aName('a'), 'b/c.bin': aName('c'), 'd.bin': aName('d') };
    const { version, uploads } = await tenant.publisher.registerVersion({ model, files: filesOf(contents) });
    await sendAll(uploads.slice(0, 1), contents);
    const answer = await complete(tenant, model, version.version);

    expect(answer).toMatchObject({
      status: 409,
      body: {
        code: 'version.incomplete',
        detail: `b/c.bin and 1 more: ${MISSING}.`,
        issues: [
          { field: 'b/c.bin', message: MISSING },
          { field: 'd.bin', message: MISSING },
        ],
      },
    });
    expect(await tenant.reader.getVersion({ model, version: version.version })).toEqual(version);
  });

  it('names every path that lacks its bytes, also where they are the same bytes', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const files = filesOf({ 'copy.bin': 'bytes', 'model.bin': 'bytes' });
    const { version } = await tenant.publisher.registerVersion({ model, files });
    const { body } = await complete(tenant, model, version.version);

    expect(body.issues).toEqual([
      { field: 'copy.bin', message: MISSING },
      { field: 'model.bin', message: MISSING },
    ]);
  });

  it('succeeds after it was refused, once the rest is there', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const contents = { 'a.bin': aName('a'), 'b.bin': aName('b') };
    const { version, uploads } = await tenant.publisher.registerVersion({ model, files: filesOf(contents) });
    await sendAll(uploads.slice(1), contents);
    const early = await complete(tenant, model, version.version);
    await sendAll(uploads.slice(0, 1), contents);

    expect(early).toMatchObject({ status: 409, body: { issues: [{ field: 'a.bin' }] } });
    expect(await complete(tenant, model, version.version)).toMatchObject({ status: 200, body: { state: 'complete' } });
  });

  it('refuses a size that is not that of the bytes, names the path, and harms nobody who has these bytes', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const right = await aVersionWith(tenant, model, { 'model.bin': 'bytes' });
    const files = filesOf({ 'model.bin': 'bytes' }).map((file) => ({ ...file, bytes: 6 }));
    const { version } = await tenant.publisher.registerVersion({ model, files });
    const answer = await complete(tenant, model, version.version);
    const { items } = await tenant.reader.getDownload({ model, version: right });

    expect(answer).toMatchObject({
      status: 409,
      body: {
        code: 'version.mismatch',
        detail: 'model.bin: the bytes are not those of the manifest.',
        issues: [{ field: 'model.bin', message: 'the bytes are not those of the manifest' }],
      },
    });
    expect(await tenant.reader.getVersion({ model, version: version.version })).toMatchObject({ state: 'uploading' });
    expect(await Promise.all(items.map(async ({ request }) => (await fetch(request.url)).text()))).toEqual(['bytes']);
  });

  itEmbedded('has seven days: an upload is completed in time, and refused after it', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const early = await anUploadOf(tenant, model, { 'model.bin': aName('bytes') });
    const late = await anUploadOf(tenant, model, { 'model.bin': aName('bytes') });
    registry.clock.advance(WEEK - 60_000);
    const inTime = await complete(tenant, model, early.version);
    registry.clock.advance(60_000);

    expect(inTime).toMatchObject({ status: 200, body: { state: 'complete' } });
    expect(await complete(tenant, model, late.version)).toMatchObject({
      status: 409,
      body: { code: 'version.abandoned', detail: `The upload of ${model} version ${late.version} was abandoned.` },
    });
    expect(await complete(tenant, model, early.version)).toMatchObject({ status: 200, body: asCompleted(inTime.body) });
  });

  itEmbedded('says of an abandoned upload that it is abandoned, and not what it lacks', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const files = filesOf({ 'model.bin': aName('bytes') });
    const { version } = await tenant.publisher.registerVersion({ model, files });
    registry.clock.advance(WEEK);

    expect(await complete(tenant, model, version.version)).toMatchObject({
      status: 409,
      body: { code: 'version.abandoned' },
    });
  });

  itEmbedded('does not complete an abandoned upload whose files a new version has', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const contents = { 'model.bin': aName('bytes') };
    const { version } = await anUploadOf(tenant, model, contents);
    registry.clock.advance(WEEK);
    await aVersionWith(tenant, model, contents);

    expect(await complete(tenant, model, version)).toMatchObject({ status: 409, body: { code: 'version.abandoned' } });
    expect(await tenant.reader.getVersion({ model, version })).toMatchObject({ state: 'abandoned' });
  });

  it('is 404 for a model that is not there', async () => {
    expect(await complete(await aTenant(registry), 'nowhere', 1)).toMatchObject({
      status: 404,
      body: { code: 'model.not_found' },
    });
  });

  it('is 404 for a version that is not there', async () => {
    const tenant = await aTenant(registry);

    expect(await complete(tenant, await aModelOf(tenant), 1)).toMatchObject({
      status: 404,
      body: { code: 'version.not_found' },
    });
  });

  itEmbedded('is 410 where the manifest is gone, and goes on when the files are registered again', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const contents = { 'model.bin': aName('bytes') };
    const { version } = await anUploadOf(tenant, model, contents);
    const { artifact } = await tenant.reader.getVersion({ model, version });
    await lose(registry, manifestKey(TenantId.parse(tenant.id), Sha256.parse(artifact?.rootDigest)));

    expect(await complete(tenant, model, version)).toMatchObject({ status: 410, body: { code: 'artifact.lost' } });
    expect(await anUploadOf(tenant, model, contents)).toEqual({ version });
    expect(await complete(tenant, model, version)).toMatchObject({ status: 200 });
  });
});
