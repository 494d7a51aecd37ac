import { describe, expect, it } from 'vitest';
import type { Credential } from '../../local/sigv4.ts';
import { aName } from '../support/names.ts';
import type { RawAnswer, RawOptions, RawRequest } from '../support/raw.ts';
import { aRegistry, aTenant, type TestTenant } from '../support/registry.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

const registry = await aRegistry();

/** A tenant with a model that has a version, and with another model. */
interface World {
  readonly tenant: TestTenant;
  readonly keys: TestTenant['keys'];
  readonly model: string;
}

/** A request that a world is asked. */
type Ask = (world: World) => Promise<RawAnswer>;

/** What is asked, the field that the answer names, and all that it says of it. */
type Row = readonly [what: string, ask: Ask, field: string, ...messages: string[]];

async function aWorld(): Promise<World> {
  const tenant = await aTenant(registry);
  const model = await aModelOf(tenant);
  await aVersionOf(tenant, model);
  await aModelOf(tenant);
  return { tenant, keys: tenant.keys, model };
}

/** All that a request could have written. */
async function stateOf({ tenant: { reader }, model }: World) {
  const [events, models, versions] = await Promise.all([
    reader.listEvents({ limit: 100 }),
    reader.listModels({ limit: 100 }),
    reader.listVersions({ model, limit: 100 }),
  ]);
  return { events: events.items.map(({ id }) => id), models: models.items, versions: versions.items };
}

/** The answer to a bad request, which wrote nothing. */
async function answerTo(ask: Ask): Promise<RawAnswer> {
  const world = await aWorld();
  const before = await stateOf(world);
  const answer = await ask(world);
  expect(await stateOf(world)).toEqual(before);
  return answer;
}

function areRefused(rows: readonly Row[]): void {
  for (const [what, asked, field, ...messages] of rows) {
    it(what, async () => {
      const { status, body } = await answerTo(asked);

      expect({ status, code: body.code }).toEqual({ status: 400, code: 'request.invalid' });
      expect(body.issues).toEqual(messages.map((message) => ({ field, message })));
    });
  }
}

type Sender = (keys: World['keys']) => Credential;
const publisher: Sender = (keys) => keys.publisher;
const releaser: Sender = (keys) => keys.releaser;
const reader: Sender = (keys) => keys.reader;

/** `{model}` in the target stands for the model of the world. */
const ask =
  (method: string, target: string, as: Sender, options: Omit<RawOptions, 'as'> = {}): Ask =>
  ({ keys, model }) =>
    registry.raw(method, target.replace('{model}', model), { ...options, as: as(keys) });

const textOf = (body: unknown): string | Uint8Array =>
  typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);

const createModel = (body: unknown) => ask('POST', '/v1/models', publisher, { body: textOf(body) });
const named = (model: unknown) => createModel({ model });
const described = (more: object) => createModel({ model: aName('model'), ...more });
const registerVersion = (body: unknown) =>
  ask('POST', '/v1/models/{model}/versions', publisher, { body: textOf(body) });
const external = (more: object) => registerVersion({ source: 's3://elsewhere/model', ...more });
const measured = (auc: string) => registerVersion(`{"source":"s3://elsewhere/model","metrics":{"auc":${auc}}}`);
const listVersions = (search: string) => ask('GET', `/v1/models/{model}/versions?${search}`, reader);
const getVersion = (version: string) => ask('GET', `/v1/models/{model}/versions/${version}`, reader);
const getModel = (segment: string) => ask('GET', `/v1/models/${segment}`, reader);
const listEvents = (search: string) => ask('GET', `/v1/events?${search}`, reader);
const deleteModel = (search: string) => ask('DELETE', `/v1/models/{model}?${search}`, publisher);
const promote = (body: unknown, headers: RawOptions['headers'] = {}) =>
  ask('POST', '/v1/models/{model}/versions/1/promote', releaser, { headers, body: textOf(body) });
const setAlias = (alias: string, body: unknown = { version: 1 }) =>
  ask('PUT', `/v1/models/{model}/aliases/${alias}`, releaser, { body: textOf(body) });

const SHA256 = 'a'.repeat(64);
const file = (over: object = {}) => ({ path: 'model.bin', bytes: 1, sha256: SHA256, ...over });
const files = (...all: object[]) => registerVersion({ files: all.map(file) });
const path = (one: unknown) => files({ path: one });
const times = <T>(count: number, entry: (index: number) => T): T[] => Array.from({ length: count }, (_, n) => entry(n));
const entries = (count: number, value: unknown) => Object.fromEntries(times(count, (n) => [`name-${n}`, value]));

const TEXT = 'expected a text, got';
const NUMBER = 'expected a number, got';
const notJson = (what: string, column: number) => `expected JSON, got ${what} at line 1, column ${column}`;
const CLEAN = 'expected no control characters and no broken Unicode';

describe('a body is refused that', () => {
  areRefused([
    ['ends too early', createModel('{"model": '), 'model', 'expected JSON, got ValueExpected at line 1, column 11'],
    ['has a comma too many', createModel('{"model":"a",}'), 'model', notJson('PropertyNameExpected', 14)],
    ['has a comment', createModel('{"model":"a" // b\n}'), 'model', notJson('InvalidCommentToken', 14)],
    ['goes on after its end', createModel('{"model":"a"} {}'), 'model', notJson('EndOfFileExpected', 15)],
    ['has other quotes', createModel("{'model':'a'}"), 'body', notJson('InvalidSymbol', 2)],
    ['begins with a byte order mark', createModel('\ufeff{"model":"a"}'), 'body', notJson('InvalidSymbol', 1)],
    ['is not UTF-8', createModel(Buffer.from('{"model":"\xff"}', 'latin1')), 'body', 'expected UTF-8'],
    ['says a name twice', createModel('{"model":"a","model":"b"}'), 'model', 'is there twice'],
    [
      'says a name twice, spelled in two ways',
      createModel(String.raw`{"model":"a","mod\u0065l":"b"}`),
      'model',
      'is there twice',
    ],
    ['says a name twice within', createModel('{"model":"a","tags":{"b":"1","b":"2"}}'), 'tags.b', 'is there twice'],
    [
      'says a name twice deep within',
      registerVersion('{"files":[{},{"path":"a","path":"b"}]}'),
      'files[1].path',
      'is there twice',
    ],
    ['is a list', createModel([]), 'body', 'expected a JSON object'],
    ['is null', createModel('null'), 'body', 'expected a JSON object'],
    ['is a text', createModel('"model"'), 'body', 'expected a JSON object'],
    ['is nested without end', createModel('['.repeat(400_000)), 'body', 'expected at most 32 levels of nesting'],
    [
      'is there where none belongs',
      ask('GET', '/v1/models/{model}', reader, { body: '{}' }),
      'body',
      'expected none with GET',
    ],
    [
      'is there where nothing but a query belongs',
      ask('DELETE', '/v1/models/{model}', publisher, { body: '{}' }),
      'body',
      'expected none with DELETE',
    ],
    ['lacks what is needed', createModel({}), 'model', `${TEXT} nothing`],
    ['names a field that nobody knows', described({ owner: 'Ann' }), 'owner', 'is not known here'],
    [
      'names a field that nobody knows, within',
      external({ lineage: { commit: 'a' } }),
      'lineage.commit',
      'is not known here',
    ],
    [
      'names a field that nobody knows, in a list',
      files({}, { path: 'b', mode: 7 }),
      'files[1].mode',
      'is not known here',
    ],
    [
      'leaves to the query what it is about',
      ask('PUT', '/v1/policy?model={model}', (keys) => keys.admin, { body: '{"policy":{"lifecycle":"open"}}' }),
      'model',
      'belongs into the body alone',
    ],
    ['says again what the path says', external({ model: 'other' }), 'model', 'belongs into the path alone'],
    [
      'says again what the path says, as it does',
      setAlias('champion', { version: 1, alias: 'champion' }),
      'alias',
      'belongs into the path alone',
    ],
  ]);
});

describe('a value is refused that is', () => {
  areRefused([
    ['a number for a text', named(7), 'model', `${TEXT} a number`],
    ['null for a text', described({ description: null }), 'description', `${TEXT} null`],
    ['a list for an object', described({ tags: [] }), 'tags', 'expected an object, got a list'],
    ['a number for a text, within', described({ tags: { a: 1 } }), 'tags.a', `${TEXT} a number`],
    ['an object for a list', registerVersion({ files: {} }), 'files', 'expected a list, got an object'],
    ['null in a list', registerVersion({ files: [null] }), 'files[0]', 'expected an object, got null'],
    ['a text for a number', files({ bytes: '12' }), 'files[0].bytes', `${NUMBER} a text`],
    [
      'a text for a number, deep within',
      external({ dependsOn: [{ model: 'a', version: '1' }] }),
      'dependsOn[0].version',
      `${NUMBER} a text`,
    ],
    [
      'a text for yes or no',
      promote({ stage: 'staging', archiveFormer: 'yes' }),
      'archiveFormer',
      'expected true or false, got a text',
    ],
    ['another word for yes', deleteModel('force=1'), 'force', 'expected true or false, got a text'],
    ['no stage to promote to', promote({ stage: 'archived' }), 'stage', 'expected staging or production'],
    ['a stage in capitals', promote({ stage: 'Staging' }), 'stage', 'expected staging or production'],
    ['missing for what it is about', deleteModel('force=true'), 'reason', 'expected a reason together with force'],
  ]);
});

describe('a name is refused that', () => {
  areRefused([
    ['is empty', named(''), 'model', 'expected at least 1 character'],
    ['has 300 characters', named('x'.repeat(300)), 'model', 'expected at most 250 characters'],
    ['has a slash', named('a/b'), 'model', 'expected no / and no :'],
    ['has a slash in the path, encoded', getModel('a%2Fb'), 'model', 'expected no / and no :'],
    ['is .', named('.'), 'model', 'expected neither . nor ..'],
    ['is ..', named('..'), 'model', 'expected neither . nor ..'],
    ['is .. in the path, encoded', getModel('%2e%2e'), 'model', 'expected neither . nor ..'],
    ['has a bell', named('a\u0007'), 'model', CLEAN],
    ['has NUL in the path', getModel('a%00'), 'model', CLEAN],
    ['has two lines', named('a\nb'), 'model', CLEAN],
    ['is a blank', named(' '), 'model', 'expected a character that is seen'],
    [
      'is a blank, for a model that has another',
      ask('POST', '/v1/models/{model}/rename', publisher, { body: textOf({ to: ' ' }) }),
      'to',
      'expected a character that is seen',
    ],
    ['is seen by nobody', named('\u200b\u200d'), 'model', 'expected a character that is seen'],
    ['has a line separator', named('a\u2028b'), 'model', CLEAN],
    ['has half a character', createModel(String.raw`{"model":"a\ud800"}`), 'model', CLEAN],
    ['is not in NFC', named('e\u0301'), 'model', 'expected Unicode in NFC'],
    [
      'has a percent sign that encodes nothing',
      getModel('50%zz'),
      'path',
      '50%zz has a percent sign that begins no UTF-8 character',
    ],
    ['ends in a percent sign', getModel('50%'), 'path', '50% has a percent sign that begins no UTF-8 character'],
    ['encodes what is not UTF-8', getModel('%ff'), 'path', '%ff has a percent sign that begins no UTF-8 character'],
    ['is an alias and a number', setAlias('7'), 'alias', 'expected something else than a version number'],
    [
      'is an alias and a stage',
      setAlias('production'),
      'alias',
      'expected something else than a stage, `latest` or `__proto__`',
    ],
    ['is an alias with a blank', setAlias('a%20b'), 'alias', 'expected 1 to 100 of A-Z, a-z, 0-9, _, . and -'],
    [
      'is an alias of 101 characters',
      setAlias('x'.repeat(101)),
      'alias',
      'expected 1 to 100 of A-Z, a-z, 0-9, _, . and -',
    ],
    [
      'is none for a version',
      ask('GET', '/v1/models/{model}/resolve?reference=v1', reader),
      'reference',
      'expected 3, @champion, staging or production',
    ],
  ]);
});

describe('a version number is refused that is', () => {
  areRefused([
    ['0', getVersion('0'), 'version', 'expected 1 or more'],
    ['-1', getVersion('-1'), 'version', 'expected 1 or more'],
    ['1.5', getVersion('1.5'), 'version', 'expected a whole number'],
    ['99999999999', getVersion('99999999999'), 'version', 'expected at most 99999999'],
    ['1e1', getVersion('1e1'), 'version', `${NUMBER} a text`],
    ['a word', getVersion('latest'), 'version', `${NUMBER} a text`],
    ['a text', setAlias('champion', { version: '1' }), 'version', `${NUMBER} a text`],
    ['missing', setAlias('champion', {}), 'version', `${NUMBER} nothing`],
  ]);
});

const RELATIVE = 'expected a relative path with / between names, without . and ..';
const DIGEST = 'expected a SHA-256 as 64 lower-case hexadecimal digits';

describe('files are refused of which one', () => {
  areRefused([
    ['has a path upwards', path('../model.bin'), 'files[0].path', RELATIVE],
    ['has a path upwards within', path('a/../../b'), 'files[0].path', RELATIVE],
    ['has an absolute path', path('/etc/passwd'), 'files[0].path', RELATIVE],
    ['has a drive', path('C:model.bin'), 'files[0].path', RELATIVE],
    ['has a backslash', path('a\\b'), 'files[0].path', RELATIVE],
    ['has an empty segment', path('a//b'), 'files[0].path', RELATIVE],
    ['has an empty segment at its end', path('a/'), 'files[0].path', RELATIVE],
    ['has a dot for a segment', path('./a'), 'files[0].path', RELATIVE],
    ['has NUL', path('a\u0000b'), 'files[0].path', 'expected no control characters'],
    [
      'has half a character',
      registerVersion(JSON.stringify({ files: [file({ path: 'a\ud800' })] })),
      'files[0].path',
      'expected no control characters',
    ],
    ['has a path that is not in NFC', path('e\u0301'), 'files[0].path', 'expected Unicode in NFC'],
    ['has a path of 1,025 bytes', path('x'.repeat(1_025)), 'files[0].path', 'expected at most 1024 bytes of UTF-8'],
    ['is there twice', files({}, {}), 'files[1].path', 'model.bin is there twice'],
    [
      'differs from another only by case',
      files({}, { path: 'Model.BIN' }),
      'files[1].path',
      'differs from model.bin only by case',
    ],
    [
      'differs from another only by case, to Germans',
      files({ path: 'maß' }, { path: 'MASS' }),
      'files[1].path',
      'differs from maß only by case',
    ],
    [
      'differs from another only by Unicode form',
      files({ path: 'é' }, { path: 'e\u0301' }),
      'files[1].path',
      'expected Unicode in NFC',
      'differs from é only by case',
    ],
    ['lies in another', files({ path: 'a' }, { path: 'a/b' }), 'files[1].path', 'lies in a, which is a file'],
    ['has a negative size', files({ bytes: -1 }), 'files[0].bytes', 'expected 0 or more'],
    ['has a fractional size', files({ bytes: 1.5 }), 'files[0].bytes', 'expected a whole number'],
    [
      'has a size without end',
      registerVersion(`{"files":[{"path":"a","bytes":1e999,"sha256":"${SHA256}"}]}`),
      'files[0].bytes',
      `${NUMBER} Infinity`,
    ],
    [
      'has another size than its like',
      files({}, { path: 'b', bytes: 2 }),
      'files[1].bytes',
      'expected 1, as another file of this SHA-256 has',
    ],
    [
      'is large, and does not state its parts',
      files({ bytes: 2 ** 27 }),
      'files[0].parts',
      'expected the SHA-256 of 2 parts of 67108864 bytes',
    ],
    ['has a digest of another kind', files({ sha256: 'd41d8cd98f00b204e9800998ecf8427e' }), 'files[0].sha256', DIGEST],
    [
      'is empty, and has the digest of another',
      files({ bytes: 0 }),
      'files[0].sha256',
      'expected e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, which is that of an empty file',
    ],
    ['has a digest in capitals', files({ sha256: SHA256.toUpperCase() }), 'files[0].sha256', DIGEST],
  ]);
});

describe('a registration is refused that has', () => {
  const either = 'expected either files or source';
  const uri = 'expected a URI such as s3://bucket/key';
  const secret = 'expected no password and no token in the URI';
  areRefused([
    ['no files', registerVersion({ files: [] }), 'files', 'expected at least one file'],
    ['5,001 files', files(...times(5_001, (n) => ({ path: `${n}` }))), 'files', 'expected at most 5000 files'],
    ['both files and a source', external({ files: [file()] }), 'files', either],
    ['neither files nor a source', registerVersion({}), 'files', either],
    ['a source that is no URI', external({ source: 'model.bin' }), 'source', uri],
    ['a path for a source', external({ source: '/srv/model.bin' }), 'source', uri],
    ['a script for a source', external({ source: 'javascript:alert(1)' }), 'source', uri],
    ['a password in its source', external({ source: 'https://ann:secret@host/model' }), 'source', secret],
    ['a token in its source', external({ source: 'https://token@host/model' }), 'source', secret],
    [
      'a script for its repository',
      external({ lineage: { code: { repository: 'javascript:alert(1)', commit: 'a' } } }),
      'lineage.code.repository',
      'expected no URI that a browser would run',
    ],
    [
      'a script for a data set',
      external({ lineage: { datasets: [{ name: 'a', uri: 'javascript:alert(1)' }] } }),
      'lineage.datasets[0].uri',
      'expected no URI that a browser would run',
    ],
    [
      'a password in its lineage',
      external({ lineage: { code: { repository: 'https://ann:secret@host/x', commit: 'a' } } }),
      'lineage.code.repository',
      secret,
    ],
    [
      'one dependency twice',
      external({ dependsOn: times(2, () => ({ model: 'a', version: 1 })) }),
      'dependsOn',
      'expected each dependency once',
    ],
    [
      'bounds that leave nothing between them',
      external({ schema: { inputs: [{ name: 'a', type: 'int8', min: 2, max: 1 }] } }),
      'schema.inputs[0].min',
      'expected min to be at most max',
    ],
    [
      'a column whose type nobody can tell',
      external({ schema: { inputs: [{ name: 'a', type: 'int8' }], outputs: [{ name: 'b', type: 'float' }] } }),
      'schema.outputs[0].type',
      'expected float32 or float64: Arrow and MLflow mean the first by float, NumPy and pandas the second',
    ],
    [
      'a signature that is no JSON',
      external({ schema: { inputs: "[{'type': 'double'}]" } }),
      'schema.inputs',
      'expected a list of columns, or the JSON of one as MLflow writes it',
    ],
    [
      'a value of another type than its column',
      external({ schema: { inputs: [{ name: 'a', type: 'string', values: ['x', 7] }] } }),
      'schema.inputs[0].values[1]',
      'expected a value of type string',
    ],
    ['a metric NaN', measured('NaN'), 'metrics.auc', notJson('InvalidSymbol', 51)],
    ['a metric Infinity', measured('Infinity'), 'metrics.auc', notJson('InvalidSymbol', 51)],
    ['a metric 1e999', measured('1e999'), 'metrics.auc', 'expected a finite number'],
    ['a text for a metric', measured('"0.9"'), 'metrics.auc', 'expected a finite number'],
    ['101 metrics', external({ metrics: entries(101, 1) }), 'metrics', 'expected at most 100 metrics'],
    [
      '70 KB of metadata',
      external({ tags: entries(14, 'x'.repeat(5_000)) }),
      'tags',
      expect.stringMatching(/^expected at most 65536 bytes of tags, .* together, got 70\d{3}$/),
    ],
  ]);
});

describe('what is noted of a model is refused with', () => {
  const another = 'expected another name';
  areRefused([
    ['51 tags', described({ tags: entries(51, '') }), 'tags', 'expected at most 50 tags'],
    [
      'a tag of 100,001 characters',
      described({ tags: { a: 'x'.repeat(100_001) } }),
      'tags.a',
      'expected at most 100000 characters',
    ],
    [
      'a description of 10,001 characters',
      described({ description: 'x'.repeat(10_001) }),
      'description',
      'expected at most 10000 characters',
    ],
    ['a bell', described({ description: 'a\u0007' }), 'description', CLEAN],
    ['a tag without a name', described({ tags: { '': 'a' } }), 'tags.', 'expected at least 1 character'],
    ['the tag __proto__', createModel('{"model":"a","tags":{"__proto__":"b"}}'), 'tags.__proto__', another],
    [
      'the tag constructor',
      described({ tags: { constructor: 'b' } }),
      'tags.constructor',
      `${another}: this one means something to JavaScript`,
    ],
    ['__proto__ for a field', createModel('{"__proto__":{"model":"a"}}'), '__proto__', another],
    ['a reason of two lines', promote({ stage: 'staging', reason: 'a\nb' }), 'reason', CLEAN],
  ]);
});

describe('a query is refused with', () => {
  const time = 'expected a time such as 2026-01-31T12:00:00Z';
  const [late, early] = ['2026-02-03T00:00:00.001Z', '2026-02-03T00:00:00Z'];
  areRefused([
    ['the limit 0', listVersions('limit=0'), 'limit', 'expected 1 or more'],
    ['the limit 101', listVersions('limit=101'), 'limit', 'expected at most 100'],
    ['the limit 1.5', listVersions('limit=1.5'), 'limit', 'expected a whole number'],
    ['the limit abc', listVersions('limit=abc'), 'limit', `${NUMBER} a text`],
    ['an empty limit', listVersions('limit='), 'limit', `${NUMBER} a text`],
    ['a parameter twice', listVersions('limit=1&limit=2'), 'limit', 'is there twice'],
    ['a parameter twice, though the same', listVersions('limit=1&limit=1'), 'limit', 'is there twice'],
    ['a parameter that nobody knows', listVersions('strange=1'), 'strange', 'is not known here'],
    ['a parameter that belongs into the path', listVersions('model=other'), 'model', 'belongs into the path alone'],
    ['an order that is none', listVersions('order=up'), 'order', 'expected ascending or descending'],
    ['a cursor without end', listVersions(`cursor=${'x'.repeat(4_001)}`), 'cursor', 'expected at most 4000 characters'],
    ['a time in words', listEvents('from=yesterday'), 'from', time],
    ['a day that there is not', listEvents('from=2026-02-30T00:00:00Z'), 'from', time],
    ['a time without its zone', listEvents('to=2026-02-03T00:00:00'), 'to', time],
    ['a number for a time', listEvents('to=1770076800000'), 'to', time],
    [
      'a time that ends before it begins',
      listEvents(`from=${late}&to=${early}`),
      'from',
      'expected from to be at most to',
    ],
    [
      'an id of another kind',
      listEvents('modelId=7'),
      'modelId',
      'expected the id of a model, such as 01JNF4YVQ4R9S8T7V6W5X4Y3Z2',
    ],
  ]);
});

describe('a header is refused that is', () => {
  const etag = 'expected one ETag such as "7"';
  const visible = 'expected 1 to 255 visible ASCII characters';
  const keyed = (key: string) => promote({ stage: 'staging' }, { 'idempotency-key': key });
  const twice =
    (name: string, ...values: string[]): Ask =>
    ({ keys, model }) =>
      registry.raw('POST', `/v1/models/${model}/versions/1/promote`, {
        as: keys.releaser,
        body: '{"stage":"staging"}',
        tamper: (request) => ({ ...request, headers: { ...request.headers, [name]: values } }),
      });
  const ifMatch = (tag: string) => promote({ stage: 'staging' }, { 'if-match': tag });
  areRefused([
    ['an empty Idempotency-Key', keyed(''), 'Idempotency-Key', visible],
    ['an Idempotency-Key of 256 characters', keyed('x'.repeat(256)), 'Idempotency-Key', visible],
    ['an Idempotency-Key with a blank', keyed('a b'), 'Idempotency-Key', visible],
    ['a weak If-Match', ifMatch('W/"3"'), 'If-Match', etag],
    ['an If-Match of everything', ifMatch('*'), 'If-Match', etag],
    ['an If-Match without quotes', ifMatch('3'), 'If-Match', etag],
    ['an If-Match of two', ifMatch('"2", "3"'), 'If-Match', etag],
    ['an empty If-Match', ifMatch(''), 'If-Match', etag],
    ['an Idempotency-Key that is there twice', twice('idempotency-key', 'a', 'b'), 'Idempotency-Key', 'is there twice'],
    ['an If-Match that is there twice', twice('if-match', '"2"', '"2"'), 'If-Match', 'is there twice'],
  ]);

  it('a tenant that is there twice, although the caller is in both', async () => {
    const [world, other] = [await aWorld(), await aTenant(registry)];
    const as = world.keys.reader;
    await other.admin.putMember({ principal: as.arn, roles: [{ role: 'reader' }] });
    const tenants = { 'x-signet-tenant': [world.tenant.id, other.id] };
    const tamper = (request: RawRequest) => ({ ...request, headers: { ...request.headers, ...tenants } });
    const answer = await registry.raw('GET', '/v1/models', { as, tamper });

    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', issues: [{ field: 'X-Signet-Tenant', message: 'is there twice' }] },
    });
  });

  it.each(['ACME!', '', 'x'.repeat(300), '__proto__'])(
    'the tenant %s, which answers as one that is not there',
    async (id) => {
      const answer = await answerTo(ask('GET', '/v1/models', reader, { headers: { 'x-signet-tenant': id } }));

      const detail = 'There is no tenant of this name.';
      expect(answer).toMatchObject({ status: 404, body: { code: 'tenant.not_found', detail } });
    },
  );
});

describe('a cursor is refused that', () => {
  const HOUR = 3_600_000;
  const cursorOf = async ({ tenant }: World) => {
    const { cursor = '' } = await tenant.reader.listModels({ limit: 1 });
    expect(cursor).not.toBe('');
    return cursor;
  };
  const listModels = ({ keys }: World, cursor: string, filter = '') =>
    registry.raw('GET', `/v1/models?cursor=${cursor}${filter}`, { as: keys.reader });
  const foreign = 'The cursor was not given for this listing with this filter.';

  it.each<[string, Ask, string]>([
    ['is empty', (world) => listModels(world, ''), foreign],
    ['was made up', (world) => listModels(world, 'Zm9yZ2Vk'.repeat(20)), foreign],
    [
      'was changed',
      async (world) =>
        listModels(
          world,
          (await cursorOf(world)).replace(/^./, (one) => (one === 'A' ? 'B' : 'A')),
        ),
      foreign,
    ],
    ['was cut', async (world) => listModels(world, (await cursorOf(world)).slice(0, -4)), foreign],
    ['is another tenant’s', async (world) => listModels(world, await cursorOf(await aWorld())), foreign],
    ['is of another filter', async (world) => listModels(world, await cursorOf(world), '&prefix=model'), foreign],
    ['is of another listing', async (world) => listVersions(`cursor=${await cursorOf(world)}`)(world), foreign],
    [
      'is of another listing with the same filter',
      async (world) => {
        const { tenant, model } = world;
        const { cursor } = await tenant.reader.listEvents({ model, order: 'descending', limit: 1 });
        return listVersions(`cursor=${cursor}&order=descending`)(world);
      },
      foreign,
    ],
    [
      'is of yesterday',
      async (world) => {
        const cursor = await cursorOf(world);
        registry.clock.advance(25 * HOUR);
        return listModels(world, cursor);
      },
      'The cursor is older than 24 hours.',
    ],
  ])('%s', async (_, asked, detail) => {
    expect(await answerTo(asked)).toMatchObject({ status: 400, body: { code: 'cursor.invalid', detail } });
  });

  it('unlike one that is left as it was for 23 hours', async () => {
    const world = await aWorld();
    const cursor = await cursorOf(world);
    registry.clock.advance(23 * HOUR);

    expect(await listModels(world, cursor)).toMatchObject({ status: 200, body: { items: [{}] } });
  });
});

describe('a request is refused', () => {
  it('whose body has 2 MB', async () => {
    const answer = await answerTo(createModel('x'.repeat(2_000_000)));

    expect(answer).toMatchObject({ status: 413, body: { code: 'request.too_large' } });
    expect(answer.body.detail).toBe('A body has at most 1000000 bytes, and this one has more.');
  });

  it('whose signature is older than five minutes', async () => {
    const signedAt = () => new Date(registry.clock.now().getTime() - 6 * 60_000);
    const answer = await answerTo(ask('POST', '/v1/models', publisher, { body: '{"model":"a"}', signedAt }));

    expect(answer).toMatchObject({ status: 401, body: { code: 'caller.unknown' } });
    expect(answer.body.detail).toMatch(/^Request has expired: it is of \d{8}T\d{6}Z, and it is .* here\.$/);
  });

  it('with every field that is wrong at once', async () => {
    const { body } = await answerTo(external({ description: 7, tags: { a: 1 }, metrics: { auc: null }, owner: 'Ann' }));
    const fields = body.issues.map(({ field }: { field: string }) => field);

    expect(fields.toSorted()).toEqual(['description', 'metrics.auc', 'owner', 'tags.a']);
  });

  it('with twenty of a thousand fields that are wrong, and how many more there are', async () => {
    const { body, text } = await answerTo(createModel({ model: 'a', ...entries(1_000, 1) }));

    expect(body.issues).toEqual(times(20, (n) => ({ field: `name-${n}`, message: 'is not known here' })));
    expect(body.detail).toMatch(/^name-0: is not known here; .*; name-19: is not known here; and 980 more$/);
    expect(text.length).toBeLessThan(5_000);
  });

  it.each<[string, Ask]>([
    ['that is not known', createModel({ model: 'a', ['x'.repeat(900_000)]: 1 })],
    ['that is there twice', createModel(`{"${'x'.repeat(400_000)}":1,"${'x'.repeat(400_000)}":1}`)],
  ])('with the beginning of a field %s, and has a name without end', async (_, asked) => {
    const { status, body } = await answerTo(asked);

    expect(status).toBe(400);
    expect(body.issues).toMatchObject([{ field: `${'x'.repeat(300)}…` }]);
    expect(body.detail.length).toBeLessThan(400);
  });
});

describe('names that JavaScript objects are born with', () => {
  it('are tags like any other where they do no harm', async () => {
    const { tenant, model } = await aWorld();
    const tags = { toString: 'a', hasOwnProperty: 'b', valueOf: 'c', __defineGetter__: 'd' };
    await tenant.publisher.updateModel({ model, tags });

    expect((await tenant.reader.getModel({ model })).tags).toEqual(tags);
    const found = await tenant.reader.listModels({ tag: 'valueOf', tagValue: 'c' });
    expect(found.items.map(({ name }) => name)).toEqual([model]);
    expect((await tenant.reader.listModels({ tag: 'isPrototypeOf' })).items).toEqual([]);
  });

  it.each([
    '{"__proto__":{"polluted":true}}',
    '{"tags":{"__proto__":{"polluted":true}}}',
    '{"tags":{"constructor":{"prototype":{"polluted":true}}}}',
  ])('never reach what all objects share: %s', async (body) => {
    const { status } = await answerTo(ask('PATCH', '/v1/models/{model}', publisher, { body }));

    expect(status).toBe(400);
    expect({}).not.toHaveProperty('polluted');
  });
});
