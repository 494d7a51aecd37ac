import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { lastEventOf } from '../support/looking.ts';
import { aName } from '../support/names.ts';
import { aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { aModelOf, anUploadOf, aVersionOf, aVersionWith, filesOf, type RegisteredFile } from '../support/setting-up.ts';

const WEEK = 7 * 86_400_000;
const SHA256 = hash('sha256', 'bytes', 'hex');

/** All that can be said of a version. */
const registration = {
  description: 'Trained on February.\n\tSecond try.',
  tags: { team: 'payments', 'α/β': '' },
  metrics: { accuracy: 0.1 + 0.2, loss: 5e-324, rows: 9_007_199_254_740_991, drift: -1.5 },
  schema: {
    inputs: [
      { name: 'amount', type: 'float64', nullable: true, min: 0, max: 1e9 },
      { name: 'country', type: 'string', nullable: false, values: ['DE', 'FR'] },
      { name: 'image', type: 'uint8', nullable: false, shape: [-1, 28, 28] },
    ],
    outputs: [{ name: 'score', type: 'float64', nullable: false }],
  },
  lineage: {
    runId: 'run-42',
    code: { repository: 'https://git.example.com/fraud', commit: '4f2a9c1' },
    datasets: [{ name: 'payments', uri: 's3://data/payments', digest: 'md5:0' }, { name: 'labels' }],
  },
};

/** All that can be said of a version, with one that it needs. */
const registrationIn = async (tenant: TestTenant) => ({ ...registration, dependsOn: [await aNeeded(tenant)] });

/** A version that others can need. */
async function aNeeded(tenant: TestTenant) {
  const model = await aModelOf(tenant);
  return { model, version: await aVersionOf(tenant, model) };
}

const nothing = { description: '', tags: {}, metrics: {}, lineage: { datasets: [] }, dependsOn: [] };

/** The root digest as whoever has the files would compute it: SHA-256 of the manifest in RFC 8785 JSON. */
function rootDigestOf(sorted: readonly RegisteredFile[]): string {
  const lines = sorted.map(
    ({ path, bytes, sha256 }) => `{"bytes":${bytes},"path":${JSON.stringify(path)},"sha256":"${sha256}"}`,
  );
  return hash('sha256', `{"files":[${lines.join(',')}]}`, 'hex');
}

describeOperation('registerVersion', (registry) => {
  const register = ({ keys }: TestTenant, input: object) =>
    call(registry, 'registerVersion', input, { as: keys.publisher });
  const principalOf = ({ keys }: TestTenant) => ({ principal: keys.publisher.arn.replace(/^arn:aws:iam::/, 'aws:') });

  itEmbedded('answers and keeps all that is said of a version, as it was said', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const files = filesOf({ 'model.bin': 'bytes' });
    const said = await registrationIn(tenant);
    const { status, body } = await register(tenant, { model, files, ...said });

    const { createdAt } = body.version;
    expect(status).toBe(201);
    expect(body.version).toEqual({
      model,
      version: 1,
      state: 'uploading',
      stage: 'none',
      ...said,
      artifact: { rootDigest: rootDigestOf(files), files: 1, bytes: 5 },
      evidence: { checks: {}, evaluations: 0 },
      registeredBy: principalOf(tenant),
      createdAt,
      updatedAt: createdAt,
      revision: 1,
    });
    expect(Math.abs(Date.parse(createdAt) - registry.clock.now().getTime())).toBeLessThan(10_000);
    expect(await tenant.reader.getVersion({ model, version: 1 })).toEqual(body.version);
  });

  it('keeps a schema in the words of this registry, whoever wrote it, and resumes it in either', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const files = filesOf({ 'model.bin': aName('bytes') });
    const signature = {
      inputs: '[{"type": "float", "name": "amount", "required": false}]',
      outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1, 3]}, "name": "scores"}]',
      params: null,
    };
    const kept = {
      inputs: [{ name: 'amount', type: 'float32', nullable: true }],
      outputs: [{ name: 'scores', type: 'int64', nullable: false, shape: [3] }],
    };
    const arrow = {
      inputs: [{ name: 'amount', type: 'Float32', nullable: true }],
      outputs: [{ name: 'scores', type: 'fixed_size_list<item: int64>[3]' }],
    };

    for (const schema of [signature, kept, arrow]) {
      const { status, body } = await register(tenant, { model, files, schema });
      expect({ status, schema: body.version?.schema, version: body.version?.version }).toEqual({
        status: 201,
        schema: kept,
        version: 1,
      });
    }
  });

  it('needs to be told nothing but the files', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const { version } = await tenant.publisher.registerVersion({ model, files: filesOf({ 'model.bin': 'bytes' }) });

    expect(version).toMatchObject(nothing);
    expect(version).not.toHaveProperty('schema');
  });

  it('makes the root digest of the files by path, whatever the order they are named in', async () => {
    const tenant = await aTenant(registry);
    const [one, other] = [await aModelOf(tenant), await aModelOf(tenant)];
    const sorted = filesOf({ B: '1', 'a"b': '2', 'a/b': '3', ä: '4', 日: '5' });
    const artifact = { rootDigest: rootDigestOf(sorted), files: 5, bytes: 5 };
    const ordered = await tenant.publisher.registerVersion({ model: one, files: sorted });
    const reversed = await tenant.publisher.registerVersion({ model: other, files: sorted.toReversed() });

    expect([ordered.version.artifact, reversed.version.artifact]).toEqual([artifact, artifact]);
  });

  it('asks for each content once, with the headers that go with it', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const files = filesOf({ 'model.bin': 'bytes', 'copy.bin': 'bytes', 'empty.txt': '' });
    const { uploads, more } = await tenant.publisher.registerVersion({ model, files });

    const upload = (content: string) => ({
      sha256: hash('sha256', content, 'hex'),
      bytes: content.length,
      request: {
        method: 'PUT',
        url: expect.stringContaining(`/t/${tenant.id}/sha256/${hash('sha256', content, 'hex')}?`),
        headers: {
          'content-length': String(content.length),
          'if-none-match': '*',
          'x-amz-checksum-sha256': hash('sha256', content, 'base64'),
        },
      },
    });
    expect({ uploads, more }).toEqual({ uploads: [upload('bytes'), upload('')], more: false });
  });

  it('tells in its event which files they are', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const files = filesOf({ 'model.bin': 'bytes', 'labels.txt': 'a\nb' });
    await tenant.publisher.registerVersion({ model, files });

    expect(await lastEventOf(tenant, model)).toMatchObject({
      type: 'version.registered',
      version: 1,
      actor: principalOf(tenant),
      data: { rootDigest: rootDigestOf(files.toReversed()), files: 2, bytes: 8 },
    });
  });

  itEmbedded('keeps who registered a version: the role, and the session in which it was assumed', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const session = 'arn:aws:sts::444455556666:assumed-role/TrainingPipeline/build-118';
    const pipeline = registry.admit({ ...registry.stranger(), arn: session });
    await tenant.admin.putMember({ principal: pipeline.arn, roles: [{ role: 'publisher' }] });
    const { version } = await registry.client(pipeline).registerVersion({ model, source: 's3://elsewhere/model' });

    expect(version.registeredBy).toEqual({
      principal: 'aws:444455556666:role/TrainingPipeline',
      session: 'build-118',
    });
  });

  it('numbers the versions of each model 1, 2, 3 …', async () => {
    const tenant = await aTenant(registry);
    const [one, other] = [await aModelOf(tenant), await aModelOf(tenant)];
    const numbers = [];
    for (const model of [one, other, one, one, other]) numbers.push(await aVersionOf(tenant, model));

    expect(numbers).toEqual([1, 1, 2, 3, 2]);
  });

  it('uses no number for a registration that it refuses', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const contents = { 'model.bin': aName('bytes') };
    await aVersionWith(tenant, model, contents);
    const refused = [
      await register(tenant, { model, files: filesOf(contents) }),
      await register(tenant, { model, source: 'nowhere' }),
    ];

    expect(refused.map(({ status }) => status)).toEqual([409, 400]);
    expect(await aVersionOf(tenant, model)).toBe(2);
  });

  it('makes a version whose files are kept elsewhere complete at once, and asks for no upload', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const source = 's3://elsewhere/models/fraud?versionId=7';
    const said = await registrationIn(tenant);
    const { status, body } = await register(tenant, { model, source, ...said });

    const { createdAt } = body.version;
    expect(status).toBe(201);
    expect(body).toEqual({
      version: {
        model,
        version: 1,
        state: 'complete',
        stage: 'none',
        ...said,
        source,
        evidence: { checks: {}, evaluations: 0 },
        registeredBy: principalOf(tenant),
        createdAt,
        completedAt: createdAt,
        updatedAt: createdAt,
        revision: 1,
      },
      uploads: [],
      more: false,
    });
    expect(await lastEventOf(tenant, model)).toMatchObject({ type: 'version.registered', data: { source } });
  });

  it('registers the same source any number of times: nobody knows whether the files there are the same', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const source = 's3://elsewhere/model';

    expect([await aVersionOf(tenant, model, { source }), await aVersionOf(tenant, model, { source })]).toEqual([1, 2]);
  });

  it('refuses files that are a version already, in whatever order and however described, and names it', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const contents = { 'model.bin': aName('bytes'), 'labels.txt': 'a\nb' };
    await aVersionOf(tenant, model);
    const version = await aVersionWith(tenant, model, contents);
    const files = filesOf(contents).toReversed();

    for (const more of [{}, { description: 'Another.' }]) {
      expect(await register(tenant, { model, files, ...more })).toMatchObject({
        status: 409,
        body: { code: 'version.duplicate', detail: `These files are ${model} version ${version}.` },
      });
    }
    expect(await tenant.reader.getModel({ model })).toMatchObject({ versions: 2 });
  });

  it.each([
    ['under another path', { 'other.bin': 'bytes' }],
    ['with one more', { 'model.bin': 'bytes', 'more.txt': '' }],
  ])('takes the same bytes %s for another version', async (_, others) => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await aVersionWith(tenant, model, { 'model.bin': 'bytes' });

    expect(await aVersionWith(tenant, model, others)).toBe(2);
  });

  it('registers the same files in another model of the tenant', async () => {
    const tenant = await aTenant(registry);
    const contents = { 'model.bin': aName('bytes') };
    await aVersionWith(tenant, await aModelOf(tenant), contents);

    expect(await aVersionWith(tenant, await aModelOf(tenant), contents)).toBe(1);
  });

  it('resumes an upload that comes again, by whomever, under its number and without an event', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const input = { model, files: filesOf({ 'model.bin': aName('bytes') }), ...(await registrationIn(tenant)) };
    const colleague = registry.stranger();
    await tenant.admin.putMember({ principal: colleague.arn, roles: [{ role: 'publisher' }] });
    const first = await register(tenant, input);
    const before = await lastEventOf(tenant, model);
    const again = await call(registry, 'registerVersion', input, { as: colleague });

    expect(again.status).toBe(201);
    expect(again.body.version).toEqual(first.body.version);
    expect(again.body.uploads).toHaveLength(1);
    expect(await lastEventOf(tenant, model)).toEqual(before);
  });

  it('refuses to resume an upload with other metadata, names each field, and changes none', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const files = filesOf({ 'model.bin': aName('bytes') });
    const { version } = await tenant.publisher.registerVersion({ model, files, tags: { team: 'payments' } });
    const answer = await register(tenant, { model, files, ...(await registrationIn(tenant)) });

    const fields = ['description', 'tags', 'metrics', 'schema', 'lineage', 'dependsOn'];
    expect(answer).toMatchObject({
      status: 409,
      body: {
        code: 'version.duplicate',
        detail: `These files are being uploaded as ${model} version 1, with another ${fields.join(', ')}.`,
        issues: fields.map((field) => ({ field, message: 'differs from that of version 1' })),
      },
    });
    expect(await tenant.reader.getVersion({ model, version: 1 })).toEqual(version);
  });

  itEmbedded('gives the files of an abandoned upload to a new version, whose event says so', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const contents = { 'model.bin': aName('bytes') };
    await anUploadOf(tenant, model, contents);
    registry.clock.advance(WEEK);
    const { version, uploads } = await tenant.publisher.registerVersion({ model, files: filesOf(contents) });

    expect(version).toMatchObject({ version: 2, state: 'uploading' });
    expect(uploads).toEqual([]);
    expect(await tenant.reader.getVersion({ model, version: 1 })).toMatchObject({ state: 'abandoned' });
    expect(await lastEventOf(tenant, model)).toMatchObject({ version: 2, data: { abandoned: 1 } });
    expect(await tenant.publisher.completeVersion({ model, version: 2 })).toMatchObject({ state: 'complete' });
  });

  itEmbedded('leaves the files to the new version when the abandoned one is deleted', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const contents = { 'model.bin': aName('bytes') };
    await anUploadOf(tenant, model, contents);
    registry.clock.advance(WEEK);
    await aVersionWith(tenant, model, contents);
    await tenant.publisher.deleteVersion({ model, version: 1 });

    expect(await register(tenant, { model, files: filesOf(contents) })).toMatchObject({
      status: 409,
      body: { code: 'version.duplicate', detail: `These files are ${model} version 2.` },
    });
  });

  it('makes one version of two registrations of the same files at once, and tells both its number', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const files = filesOf({ 'model.bin': aName('bytes') });
    const answers = await Promise.all([register(tenant, { model, files }), register(tenant, { model, files })]);

    expect(answers.map(({ status, body }) => [status, body.version.version])).toEqual([
      [201, 1],
      [201, 1],
    ]);
    expect((await tenant.reader.listVersions({ model })).items).toHaveLength(1);
  });

  it('lets one of two registrations at once win when they describe the same files differently', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const files = filesOf({ 'model.bin': aName('bytes') });
    const answers = await Promise.all(
      ['One.', 'Other.'].map((description) => register(tenant, { model, files, description })),
    );
    const { items } = await tenant.reader.listVersions({ model });

    const [winner, loser] = answers.toSorted((a, b) => a.status - b.status);
    expect(winner).toMatchObject({ status: 201, body: { version: { version: 1 } } });
    expect(loser).toMatchObject({
      status: 409,
      body: { code: 'version.duplicate', issues: [{ field: 'description' }] },
    });
    expect(items).toEqual([winner?.body.version]);
  });

  it('refuses more than 64 KiB of metadata together, and names the largest field', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const tags = Object.fromEntries(Array.from({ length: 14 }, (_, n) => [`tag ${n}`, 'x'.repeat(5_000)]));
    const answer = await register(tenant, { model, source: 's3://elsewhere/model', tags });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid', issues: [{ field: 'tags' }] } });
    expect(await tenant.reader.getModel({ model })).toMatchObject({ versions: 0 });
  });

  const file = { path: 'a', bytes: 5, sha256: SHA256 };
  const source = 's3://elsewhere/model';
  it.each<[string, object, string]>([
    ['neither files nor a source', {}, 'files'],
    ['both files and a source', { files: [file], source }, 'files'],
    ['no files', { files: [] }, 'files'],
    ['a path that leaves the version', { files: [file, { ...file, path: '../b' }] }, 'files[1].path'],
    ['a path twice', { files: [file, file] }, 'files[1].path'],
    ['paths that differ by case alone', { files: [file, { ...file, path: 'A' }] }, 'files[1].path'],
    ['two sizes of one content', { files: [file, { ...file, path: 'b', bytes: 6 }] }, 'files[1].bytes'],
    ['a negative size', { files: [{ ...file, bytes: -1 }] }, 'files[0].bytes'],
    ['a digest in upper case', { files: [{ ...file, sha256: SHA256.toUpperCase() }] }, 'files[0].sha256'],
    ['a large file without its parts', { files: [{ ...file, bytes: 2 ** 26 + 1 }] }, 'files[0].parts'],
    ['parts of a small file', { files: [{ ...file, parts: [SHA256] }] }, 'files[0].parts'],
    ['a source that is no URI', { source: 'elsewhere' }, 'source'],
    ['a password in the source', { source: 'https://ann:secret@example.com/model' }, 'source'],
    ['a metric that is no number', { source, metrics: { accuracy: '0.9' } }, 'metrics.accuracy'],
    [
      'a column twice',
      {
        source,
        schema: {
          inputs: [
            { name: 'a', type: 'int8' },
            { name: 'a', type: 'int8' },
          ],
        },
      },
      'schema.inputs',
    ],
    [
      'a column of no known type',
      { source, schema: { inputs: [{ name: 'a', type: 'decimal' }] } },
      'schema.inputs[0].type',
    ],
    [
      'a dependency twice',
      {
        source,
        dependsOn: [
          { model: 'a', version: 1 },
          { model: 'a', version: 1 },
        ],
      },
      'dependsOn',
    ],
    ['a field nobody knows', { source, lineage: { run: 'run-42' } }, 'lineage.run'],
  ])('is 400 for %s, and names the field', async (_, input, field) => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);

    expect(await register(tenant, { model, ...input })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', issues: [{ field }] },
    });
    expect(await tenant.reader.getModel({ model })).toMatchObject({ versions: 0 });
  });

  itEmbedded('gives a model its last number, and is 409 when there is none left, and registers nothing', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const key = { pk: `T#${tenant.id}#MODELS`, sk: `M#${model}` };
    const item = await registry.table.get(key);
    await registry.table.transact([{ put: { ...item, ...key, nextVersion: 99_999_999 } }]);
    const last = await aVersionOf(tenant, model);
    const refused = { status: 409, body: { code: 'model.full', detail: expect.stringContaining('99999999') } };

    expect(last).toBe(99_999_999);
    expect(await register(tenant, { model, source: 's3://elsewhere/model' })).toMatchObject(refused);
    expect(await register(tenant, { model, files: filesOf({ 'model.bin': 'bytes' }) })).toMatchObject(refused);
    expect(await tenant.reader.getModel({ model })).toMatchObject({ versions: 99_999_999 });
    expect((await tenant.reader.listVersions({ model })).items.map(({ version }) => version)).toEqual([last]);
  });

  it('is 404 for a model that is not there: models are created, and not by a spelling mistake', async () => {
    const tenant = await aTenant(registry);
    const answer = await register(tenant, { model: 'nowhere', files: filesOf({ 'model.bin': 'bytes' }) });

    expect(answer).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
  });

  describe('dependencies', () => {
    it('are shown by what their models are called now, and once deleted by what they were called last', async () => {
      const tenant = await aTenant(registry);
      const [needed, gone] = [await aNeeded(tenant), await aNeeded(tenant)];
      const model = await aModelOf(tenant);
      const version = await aVersionOf(tenant, model, { dependsOn: [needed, gone] });
      const [renamed, last] = [aName('renamed'), aName('last')];
      await tenant.publisher.renameModel({ model: needed.model, to: renamed });
      await tenant.publisher.renameModel({ model: gone.model, to: last });
      await tenant.publisher.deleteModel({ model: last });
      // Neither is shown as whatever has its former name now.
      await aModelOf(tenant, needed.model);
      await aModelOf(tenant, gone.model);

      const dependsOn = [
        { model: renamed, version: needed.version },
        { model: last, version: gone.version },
      ];
      expect(await tenant.reader.getVersion({ model, version })).toMatchObject({ dependsOn });
      expect((await tenant.reader.listVersions({ model })).items).toMatchObject([{ dependsOn }]);
      expect(await tenant.reader.resolveVersion({ model, reference: '1' })).toMatchObject({ dependsOn });
      expect(await tenant.publisher.updateVersion({ model, version, description: 'Anew.' })).toMatchObject({
        dependsOn,
      });
    });

    it('have to be there and complete, and each that is not is named', async () => {
      const tenant = await aTenant(registry);
      const needed = await aNeeded(tenant);
      const deleted = { ...needed, version: await aVersionOf(tenant, needed.model) };
      await tenant.publisher.deleteVersion(deleted);
      const upload = { ...needed, ...(await anUploadOf(tenant, needed.model, { 'model.bin': aName('bytes') })) };
      const model = await aModelOf(tenant);
      const none = aName('none');
      const dependsOn = [needed, { model: none, version: 1 }, { ...needed, version: 99 }, deleted, upload];
      const answer = await register(tenant, { model, source: 's3://elsewhere/model', dependsOn });

      expect(answer).toMatchObject({ status: 404, body: { code: 'dependency.not_found' } });
      expect(answer.body.issues).toEqual([
        { field: 'dependsOn[1].model', message: `there is no model ${none}` },
        { field: 'dependsOn[2].version', message: `${needed.model} has no version 99` },
        { field: 'dependsOn[3].version', message: `${needed.model} has no version ${deleted.version}` },
        { field: 'dependsOn[4].version', message: `${needed.model} version ${upload.version} is uploading` },
      ]);
      expect(await tenant.reader.getModel({ model })).toMatchObject({ versions: 0 });
    });

    it('are of the same tenant, and of models that the caller may read: others are as if they were not there', async () => {
      const tenant = await aTenant(registry);
      const foreign = await aNeeded(await aTenant(registry));
      const secret = await aNeeded(tenant);
      const model = await aModelOf(tenant);
      const limited = registry.stranger();
      await tenant.admin.putMember({ principal: limited.arn, roles: [{ role: 'publisher', models: model }] });

      for (const [as, one] of [
        [tenant.keys.publisher, foreign],
        [limited, secret],
        [limited, { model: aName('none'), version: 1 }],
      ] as const) {
        const input = { model, source: 's3://elsewhere/model', dependsOn: [one] };
        expect(await call(registry, 'registerVersion', input, { as })).toMatchObject({
          status: 404,
          body: { issues: [{ field: 'dependsOn[0].model', message: `there is no model ${one.model}` }] },
        });
      }
    });

    it('can be an earlier version of the same model, never the version itself nor a later one', async () => {
      const tenant = await aTenant(registry);
      const model = await aModelOf(tenant);
      const first = await aVersionOf(tenant, model);
      const on = (version: number) =>
        register(tenant, { model, source: 's3://elsewhere/model', dependsOn: [{ model, version }] });

      expect(await on(2)).toMatchObject({ status: 404, body: { issues: [{ field: 'dependsOn[0].version' }] } });
      expect(await on(3)).toMatchObject({ status: 404, body: { issues: [{ field: 'dependsOn[0].version' }] } });
      expect(await on(first)).toMatchObject({ status: 201, body: { version: { version: 2 } } });
    });

    it('are 100 at most, which register, even when nothing needed any of them before', {
      timeout: 60_000,
    }, async () => {
      const tenant = await aTenant(registry);
      const needed = await aModelOf(tenant);
      for (let count = 0; count < 101; count += 1) await aVersionOf(tenant, needed);
      const all = Array.from({ length: 101 }, (_, index) => ({ model: needed, version: index + 1 }));
      const model = await aModelOf(tenant);
      const on = (dependsOn: object[]) => register(tenant, { model, source: 's3://elsewhere/model', dependsOn });

      expect(await on(all)).toMatchObject({ status: 400, body: { issues: [{ field: 'dependsOn' }] } });
      expect(await on(all.slice(1))).toMatchObject({ status: 201, body: { version: { dependsOn: all.slice(1) } } });
    });

    it('can never close a cycle: of two registrations at the same time that need each other, none registers', async () => {
      const tenant = await aTenant(registry);
      const [one, other] = [await aModelOf(tenant), await aModelOf(tenant)];
      const on = (model: string, needed: string, version: number) =>
        register(tenant, { model, source: 's3://elsewhere/model', dependsOn: [{ model: needed, version }] });

      for (let round = 0; round < 10; round += 1) {
        const next = async (model: string) => (await tenant.reader.getModel({ model })).versions + 1;
        const [mine, theirs] = [await next(one), await next(other)];
        const answers = await Promise.all([on(one, other, theirs), on(other, one, mine)]);
        expect(answers.map(({ status }) => status)).toEqual([404, 404]);
        await aVersionOf(tenant, round % 2 === 0 ? one : other);
      }
    });
  });
});
