import { hash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { objectKey, RegisteredFiles, filesOf as registeredFiles } from '../../shared/domain/artifact.ts';
import { Sha256, TenantId } from '../../shared/domain/names.ts';
import { identityOf } from '../../shared/domain/principal.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant } from '../support/registry.ts';
import { aModelOf, aVersionWith, filesOf } from '../support/setting-up.ts';
import { untilValidated } from '../support/validated.ts';
import { artifactsOf, pathIn, uploaded } from './artifact-calls.ts';

const registry = await aRegistry();
const ADDRESS = `${registry.endpoint}/api/2.0/mlflow-artifacts/artifacts`;
const FOR_TOKENS = ADDRESS.replace('/api/', '/token/api/');
const MLMODEL = `
flavors:
  python_function: {loader_module: mlflow.sklearn}
run_id: run-of-the-file
model_id: m-of-the-file
signature:
  inputs: '[{"type": "double", "name": "amount", "required": true}]'
  outputs: null
  params: null
`;
const CONTENTS = { MLmodel: MLMODEL, 'model.pkl': 'bytes', 'data/b.txt': 'more' };

async function aPublisher() {
  const tenant = await aTenant(registry);
  const model = await aModelOf(tenant);
  return { tenant, model, files: artifactsOf(registry, tenant.keys.publisher) };
}
type Files = ReturnType<typeof artifactsOf>;

async function upload(files: Files, directory: string, contents: Readonly<Record<string, string>>) {
  for (const [path, body] of Object.entries(contents)) {
    const [name = '', ...folders] = path.split('/').toReversed();
    await uploaded(files, [directory, ...folders.toReversed()].join('/'), name, body);
  }
}

/** What becomes of a version, as a client waits for it. */
async function whenDone(files: Files, model: string, version: number | string) {
  for (let times = 0; times < 300; times += 1) {
    const { body } = await files.getVersion(model, version);
    if (body.model_version.status !== 'PENDING_REGISTRATION') return body.model_version;
    await setTimeout(50);
  }
  throw new Error(`${model} version ${version} is still pending.`);
}

describe('a version of an uploaded directory', () => {
  it.each([
    ['its address', (directory: string) => `${ADDRESS}/${directory}`],
    ['its address with a slash at its end', (directory: string) => `${ADDRESS}/${directory}/`],
    [
      'another name of this machine',
      (directory: string) => `${ADDRESS.replace('127.0.0.1', 'localhost')}/${directory}`,
    ],
    ['its address for whoever has a token', (directory: string) => `${FOR_TOKENS}/${directory}`],
    ['its path', (directory: string) => `mlflow-artifacts:/${directory}`],
  ])('has its files, by %s', async (_, sourceOf) => {
    const { tenant, model, files } = await aPublisher();
    await upload(files, 'exp/model', CONTENTS);
    const source = sourceOf('exp/model');
    const { body } = await files.createVersion({ name: model, source });
    await whenDone(files, model, 1);
    const version = await tenant.reader.getVersion({ model, version: 1 });

    expect(body.model_version).toMatchObject({ version: '1', source, status: 'READY' });
    expect(version).toMatchObject({
      state: 'complete',
      artifact: { rootDigest: registeredFiles(RegisteredFiles.parse(filesOf(CONTENTS))).rootDigest, files: 3 },
    });
    expect(version).not.toHaveProperty('source');
  });

  it('is as one that was pushed: it is downloaded, validated and read by MLflow', async () => {
    const { tenant, model, files } = await aPublisher();
    await upload(files, 'm', CONTENTS);
    await files.createVersion({ name: model, source: `${ADDRESS}/m` });
    await whenDone(files, model, 1);
    await untilValidated(registry.services, tenant.id, model, 1);
    const { items } = await tenant.reader.getDownload({ model, version: 1 });
    const bodies = await Promise.all(items.map(async ({ request }) => (await fetch(request.url)).text()));
    const { artifact_uri: uri } = (await files.downloadUri(model, 1)).body;

    expect(items.map(({ path }, index) => [path, bodies[index]])).toEqual(Object.entries(CONTENTS).sort());
    expect((await files.get(`${pathIn(uri)}/model.pkl`)).text).toBe('bytes');
    const { items: checks } = await tenant.reader.listChecks({ model, version: 1 });
    expect(checks.find(({ check }) => check === 'signet/sha256')).toMatchObject({ outcome: 'success' });
  });

  it('takes its schema, its run and its logged model from MLmodel, where nothing else was said', async () => {
    const { tenant, model, files } = await aPublisher();
    await upload(files, 'm', CONTENTS);
    await files.createVersion({ name: model, source: `${ADDRESS}/m`, run_id: 'run-that-was-said' });
    await whenDone(files, model, 1);
    const { schema, lineage } = await tenant.reader.getVersion({ model, version: 1 });

    expect(schema?.inputs).toEqual([{ name: 'amount', type: 'float64', nullable: false }]);
    expect(lineage).toMatchObject({ runId: 'run-that-was-said', loggedModelId: 'm-of-the-file' });
  });

  it('is found by the run that MLmodel names', async () => {
    const { tenant, model, files } = await aPublisher();
    await upload(files, 'm', CONTENTS);
    await files.createVersion({ name: model, source: `${ADDRESS}/m` });
    await whenDone(files, model, 1);
    const found = await registry.raw(
      'GET',
      `/api/2.0/mlflow/model-versions/search?filter=${encodeURIComponent("run_id = 'run-of-the-file'")}`,
      { as: tenant.keys.reader },
    );

    expect(found.body.model_versions).toMatchObject([{ name: model, version: '1' }]);
  });

  it('is one even where MLmodel says nothing that can be read', async () => {
    const { tenant, model, files } = await aPublisher();
    const contents = [': : :', '&a [*a, *a]', 'signature: 5', 'signature: {inputs: "[]"}', ''];
    for (const [index, MLmodel] of contents.entries()) {
      await upload(files, `m${index}`, { MLmodel, 'model.pkl': `model ${index}` });
      await files.createVersion({ name: model, source: `${ADDRESS}/m${index}` });
      await whenDone(files, model, index + 1);

      expect(await tenant.reader.getVersion({ model, version: index + 1 })).toMatchObject({ state: 'complete' });
    }
  });

  it('is what was there when it was registered, whatever comes to the same paths later', async () => {
    const { model, files } = await aPublisher();
    await upload(files, 'm', { f: 'first' });
    const registering = files.createVersion({ name: model, source: `${ADDRESS}/m` });
    await registering;
    await upload(files, 'm', { f: 'second', g: 'more' });
    await files.remove('m');
    await whenDone(files, model, 1);
    const { artifact_uri: uri } = (await files.downloadUri(model, 1)).body;

    expect((await files.get(`${pathIn(uri)}/f`)).text).toBe('first');
    expect((await files.list(pathIn(uri))).body.files).toHaveLength(1);
  });

  it('cannot be of files that are a version of the model already: the client learns which', async () => {
    const { tenant, model, files } = await aPublisher();
    await aVersionWith(tenant, model, CONTENTS);
    await upload(files, 'm', CONTENTS);
    await files.createVersion({ name: model, source: `${ADDRESS}/m` });
    const { status, status_message: message } = await whenDone(files, model, 2);
    const { items } = await tenant.reader.listEvents({ model });

    expect([status, message]).toEqual(['FAILED_REGISTRATION', `These files are ${model} version 1.`]);
    expect(items[0]).toMatchObject({ type: 'version.abandoned', version: 2, data: { files: 3, reason: message } });
  });

  it('is one of several rivals that register the same files, and the others say so', async () => {
    const { model, files } = await aPublisher();
    await upload(files, 'm', CONTENTS);
    await Promise.all([1, 2, 3].map(() => files.createVersion({ name: model, source: `${ADDRESS}/m` })));
    const states = await Promise.all([1, 2, 3].map((version) => whenDone(files, model, version)));

    expect(states.map(({ status }) => status).sort()).toEqual(['FAILED_REGISTRATION', 'FAILED_REGISTRATION', 'READY']);
  });

  it('fails when the uploaded bytes are gone before they are read', async () => {
    const { tenant, model, files } = await aPublisher();
    await upload(files, 'm', { f: 'x' });
    const { store, artifacts } = registry.services;
    const [row] = await store.stagedBelow(TenantId.parse(tenant.id), await principalOf(tenant), 'm');
    const key = `staged/${tenant.id}/${row?.object}`;
    await artifacts.remove(key, row?.etag ?? '');
    await files.createVersion({ name: model, source: `${ADDRESS}/m` });

    expect(await whenDone(files, model, 1)).toMatchObject({
      status: 'FAILED_REGISTRATION',
      status_message: expect.stringContaining('upload them again'),
    });
  });

  it('stores once what the tenant has already, and proves it', async () => {
    const { tenant, model, files } = await aPublisher();
    await upload(files, 'm', { a: 'the same', b: 'the same' });
    await files.createVersion({ name: model, source: `${ADDRESS}/m` });
    await whenDone(files, model, 1);
    const sha256 = Sha256.parse(hash('sha256', 'the same', 'hex'));
    const stored = await registry.services.artifacts.stat(objectKey(TenantId.parse(tenant.id), sha256));

    expect(stored).toMatchObject({ bytes: 8, sha256 });
  });

  it('tells of itself as two events: that it was registered, and that it is complete', async () => {
    const { tenant, model, files } = await aPublisher();
    await upload(files, 'm', CONTENTS);
    await files.createVersion({ name: model, source: `${ADDRESS}/m` });
    await whenDone(files, model, 1);
    await untilValidated(registry.services, tenant.id, model, 1);
    const { items } = await tenant.reader.listEvents({ model });

    expect(items.map(({ type }) => type).slice(0, 3)).toEqual([
      'version.validated',
      'version.completed',
      'version.registered',
    ]);
    expect(items[2]?.data).toEqual({ source: `${ADDRESS}/m`, files: 3, bytes: expect.any(Number) });
  });

  it('400: is not made of an empty place, of the files of a version, or of paths that no version can have', async () => {
    const { tenant, model, files } = await aPublisher();
    await upload(files, 'm', { 'a/b': 'x', A: 'y' });
    const version = await aVersionWith(tenant, model, { f: 'z' });
    const { artifact_uri: uri } = (await files.downloadUri(model, version)).body;
    const refused = async (source: string) => {
      const { status, body } = await files.createVersion({ name: model, source });
      return [status, body.error_code, body.message];
    };

    expect(await refused(`${ADDRESS}/nothing`)).toEqual([
      400,
      'INVALID_PARAMETER_VALUE',
      expect.stringContaining('nothing was uploaded'),
    ]);
    expect(await refused(uri)).toEqual([400, 'INVALID_PARAMETER_VALUE', expect.stringContaining('models:/')]);
    expect(await refused(`${ADDRESS}/m`)).toEqual([
      400,
      'INVALID_PARAMETER_VALUE',
      expect.stringContaining('which is a file'),
    ]);
    expect((await refused(`${ADDRESS}/m/../m`))[0]).toBe(400);
    for (const path of ['%zz', 'm%', '%ff/m']) {
      expect(await refused(`${ADDRESS}/${path}`)).toEqual([
        400,
        'INVALID_PARAMETER_VALUE',
        expect.stringContaining('not percent-encoded UTF-8'),
      ]);
    }
  });

  it('is not made of what another uploaded, who could change it yet', async () => {
    const { tenant, model, files } = await aPublisher();
    await upload(files, 'm', CONTENTS);
    await tenant.admin.putMember({ principal: tenant.keys.releaser.arn, roles: [{ role: 'publisher' }] });
    const other = artifactsOf(registry, tenant.keys.releaser);

    expect((await other.createVersion({ name: model, source: `${ADDRESS}/m` })).status).toBe(400);
  });

  it('leaves sources alone that are elsewhere', async () => {
    const { tenant, model, files } = await aPublisher();
    for (const source of [
      'mlflow-artifacts:/1/abc/artifacts/model',
      'https://other.example/api/2.0/mlflow-artifacts/artifacts/m',
      `models:/m-${'0'.repeat(32)}`,
    ]) {
      const { body } = await files.createVersion({ name: model, source });
      expect(body.model_version).toMatchObject({ source, status: 'READY' });
      expect(await tenant.reader.getVersion({ model, version: Number(body.model_version.version) })).toMatchObject({
        source,
      });
      expect((await files.downloadUri(model, Number(body.model_version.version))).body.artifact_uri).toBe(source);
    }
  });

  it('is known by what a tracking server calls the logged model, in the layout of its clients', async () => {
    const { tenant, model, files } = await aPublisher();
    const id = `m-${hash('md5', aName('logged'), 'hex')}`;
    await upload(files, `exp/models/${id}/artifacts`, CONTENTS);
    await files.createVersion({ name: model, source: `models:/${id}`, model_id: id });
    const version = await whenDone(files, model, 1);
    const { artifact_uri: uri } = (await files.downloadUri(model, 1)).body;

    expect(version).toMatchObject({ source: `models:/${id}`, status: 'READY' });
    expect(pathIn(uri)).toMatch(/^versions\//);
    expect((await tenant.reader.getVersion({ model, version: 1 })).artifact?.files).toBe(3);
  });

  it('cannot be completed by hand while its files are read', async () => {
    const { tenant, model, files } = await aPublisher();
    await upload(files, 'm', CONTENTS);
    const registering = files.createVersion({ name: model, source: `${ADDRESS}/m` });
    const answer = await tenant.publisher.completeVersion({ model, version: 1 }).catch((error: unknown) => error);
    await registering;

    // It may have come before the version, or after it was complete.
    if (answer instanceof Error)
      expect(answer).toMatchObject({ code: expect.stringMatching(/version\.(incomplete|not_found)/) });
    expect((await whenDone(files, model, 1)).status).toBe('READY');
  });
});

const principalOf = async ({ keys }: { keys: { publisher: { arn: string } } }) => {
  const actor = identityOf(keys.publisher.arn);
  if (!actor) throw new Error('expected a principal');
  return actor.principal;
};
