import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aName } from '../support/names.ts';
import { anOutsider, aRegistry, aTenant } from '../support/registry.ts';
import { aModelOf, aVersionWith } from '../support/setting-up.ts';
import { artifactsOf, pathIn } from './artifact-calls.ts';

const registry = await aRegistry();
const CONTENTS = { MLmodel: 'flavors: {}', 'data/model.pkl': 'bytes of a model', 'data/empty': '' };

async function aManagedVersion() {
  const tenant = await aTenant(registry);
  const model = await aModelOf(tenant);
  const version = await aVersionWith(tenant, model, CONTENTS);
  const files = artifactsOf(registry, tenant.keys.reader);
  const { artifact_uri: uri } = (await files.downloadUri(model, version)).body;
  return { tenant, model, version, files, uri, path: pathIn(uri) };
}

describe('the files of a version that is kept here', () => {
  it('are below the address of the registry, under a path that outlives the name of the model', async () => {
    const { tenant, model, version, uri, path } = await aManagedVersion();
    await tenant.admin.renameModel({ model, to: aName('renamed') });

    expect(uri).toBe(`${registry.endpoint}/api/2.0/mlflow-artifacts/artifacts/${path}`);
    expect(path).toMatch(new RegExp(`^versions/[0-9A-Z]{26}/${version}$`));
    expect((await artifactsOf(registry, tenant.keys.reader).presigned(`${path}/MLmodel`)).status).toBe(200);
  });

  it('are at the port that was called, though a signer leaves it out of the name of the host', async () => {
    const { tenant, model, version, uri } = await aManagedVersion();
    const { hostname } = new URL(registry.endpoint);
    const asked = `/api/2.0/mlflow/model-versions/get-download-uri?name=${model}&version=${version}`;
    const answer = await registry.raw('GET', asked, { as: tenant.keys.reader, headers: { host: hostname } });

    expect(answer.body.artifact_uri).toBe(uri);
  });

  it('are listed folder by folder, with size and proven SHA-256', async () => {
    const { files, path } = await aManagedVersion();
    const sha256 = hash('sha256', CONTENTS.MLmodel, 'hex');

    expect((await files.list(path)).body.files).toEqual(
      expect.arrayContaining([
        { path: 'MLmodel', is_dir: false, file_size: 11, sha256 },
        { path: 'data', is_dir: true },
      ]),
    );
    expect((await files.list(`${path}/data`)).body.files).toHaveLength(2);
    expect((await files.list(`${path}/MLmodel`)).body).toEqual({});
    expect((await files.list(`${path}/nothing`)).body).toEqual({});
  });

  it('are read by URLs that say how large they are, whole and in ranges', async () => {
    const { files, path } = await aManagedVersion();
    const { body } = await files.presigned(`${path}/data/model.pkl`);
    const range = await fetch(body.url, { headers: { range: 'bytes=0-4' } });

    expect(body).toMatchObject({ headers: {}, file_size: 16, sha256: hash('sha256', 'bytes of a model', 'hex') });
    expect(await (await fetch(body.url)).text()).toBe('bytes of a model');
    expect([range.status, await range.text()]).toEqual([206, 'bytes']);
    expect((await files.presigned(`${path}/data/empty`)).body.file_size).toBe(0);
  });

  it('are read by their URLs even where a token for the registry goes along', async () => {
    const { files, path } = await aManagedVersion();
    const { url } = (await files.presigned(`${path}/MLmodel`)).body;
    const read = (authorization: string) => fetch(url, { headers: { authorization } });

    expect(await (await read('Bearer some.token.of-ours')).text()).toBe(CONTENTS.MLmodel);
    expect(await (await read('Basic dXNlcjpwYXNz')).text()).toBe(CONTENTS.MLmodel);
    expect((await read('AWS4-HMAC-SHA256 nonsense')).status).toBe(400);
  });

  it('come as they are to whoever signs, and could not follow a redirection', async () => {
    const { files, path } = await aManagedVersion();
    const answer = await files.get(`${path}/data/model.pkl`);

    expect(answer.text).toBe('bytes of a model');
    expect(answer.headers).toMatchObject({
      'content-disposition': expect.stringMatching(/^attachment/),
      'x-content-type-options': 'nosniff',
    });
  });

  it('404: are not there for whoever may not read the model, nor under a number or a path that there is not', async () => {
    const { tenant, files, path } = await aManagedVersion();
    const stranger = registry.stranger();
    await tenant.admin.putMember({ principal: stranger.arn, roles: [{ role: 'reader', models: 'other-*' }] });
    const answers = await Promise.all([
      artifactsOf(registry, await anOutsider(registry)).presigned(`${path}/MLmodel`),
      artifactsOf(registry, stranger).presigned(`${path}/MLmodel`),
      artifactsOf(registry, stranger).list(path),
      files.presigned(`${path}9/MLmodel`),
      files.presigned(`${path}/absent`),
      files.get(`${path}/data`),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
    expect(new Set(answers.slice(0, 4).map(({ body }) => body.message)).size).toBe(1);
  });

  it('404: are gone with a version that is deleted', async () => {
    const { tenant, model, version, files, path } = await aManagedVersion();
    await tenant.admin.deleteVersion({ model, version });

    expect((await files.presigned(`${path}/MLmodel`)).status).toBe(404);
    expect((await files.downloadUri(model, version)).status).toBe(404);
  });

  it('are those of a copy as well, for whoever may read the copy alone', async () => {
    const { tenant, model, version } = await aManagedVersion();
    const copy = await aModelOf(tenant);
    await artifactsOf(registry, tenant.keys.publisher).createVersion({
      name: copy,
      source: `models:/${model}/${version}`,
    });
    const reader = registry.stranger();
    await tenant.admin.putMember({ principal: reader.arn, roles: [{ role: 'reader', models: copy }] });
    const files = artifactsOf(registry, reader);
    const { artifact_uri: uri } = (await files.downloadUri(copy, 1)).body;

    expect((await files.get(`${pathIn(uri)}/MLmodel`)).text).toBe('flavors: {}');
  });

  it("401: are nobody's who does not sign", async () => {
    const { path } = await aManagedVersion();

    expect(await registry.raw('GET', `/api/2.0/mlflow-artifacts/presigned/${path}/MLmodel`)).toMatchObject({
      status: 401,
      body: { error_code: 'UNAUTHENTICATED' },
    });
  });

  it.each([
    '../secrets',
    'versions/x/1/f',
    'versions/01J00000000000000000000000/01/f',
    'a//b',
    'a/./b',
    'a%5Cb',
    'a%00b',
    'a%252e%252e/b%252f..',
    '%2e%2e/%2e%2e/etc/passwd',
    'x/%252e%252e/y',
    'u%CC%88',
    '%E0%A4%A',
  ])('400: %s leads nowhere', async (path) => {
    const { tenant } = await aManagedVersion();
    const files = artifactsOf(registry, tenant.keys.publisher);
    const answers = await Promise.all([
      files.presigned(path),
      files.get(path),
      files.put(path, 'x'),
      files.remove(path),
    ]);

    for (const { status, body } of answers) {
      expect({ status, code: body.error_code, says: body.message }).toMatchObject({
        status: 400,
        code: 'INVALID_PARAMETER_VALUE',
        says: expect.stringMatching(/path/),
      });
    }
  });
});
