import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Credential } from '../../local/sigv4.ts';
import { mlflowRoutes } from '../../shared/mlflow/routes.ts';
import { aName } from '../support/names.ts';
import { anOutsider, aRegistry, aTenant } from '../support/registry.ts';

const registry = await aRegistry();
const routes = Object.entries(mlflowRoutes);

/** A call as MLflow's client sends it, but for its signature. */
function call(method: string, path: string, input: Readonly<Record<string, unknown>>, as?: Credential) {
  const target = `/api/2.0/mlflow${path}`;
  const signed = as ? { as } : {};
  if (method === 'GET') {
    const query = new URLSearchParams(
      Object.fromEntries(Object.entries(input).map(([name, value]) => [name, textOf(value)])),
    );
    return registry.raw(method, `${target}?${query.toString().replaceAll('+', '%20')}`, signed);
  }
  const headers = { 'content-type': 'application/json' };
  return registry.raw(method, target, { headers, body: JSON.stringify(input), ...signed });
}

/** An object may have a `toString` that is none. */
const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** What each call needs, about a version that is there. */
const inputFor = (name: string, path: string) => ({
  ...eventsFor(path),
  name,
  version: '1',
  new_name: aName('anew'),
  source: 's3://bucket/key',
  stage: 'None',
  key: 'k',
  value: 'v',
  alias: 'champion',
  url: 'https://hooks.example.com/',
  http_url_spec: { url: 'https://hooks.example.com/' },
  id: '01JNF4YVQ4R9S8T7V6W5X4Y3Z4',
});

/** Each form of webhooks has events of its own. */
const eventsFor = (path: string) =>
  path.startsWith('/webhooks') ? { events: [] } : path.endsWith('/list') ? {} : { events: ['MODEL_VERSION_CREATED'] };

describe.each(routes)('%s', (_, { method, path, access, ...route }) => {
  const tenantWide = 'tenantWide' in route;

  it('401: refuses a caller that it does not know, in words that the client knows', async () => {
    expect(await call(method, path, inputFor('fraud', path))).toMatchObject({
      status: 401,
      body: { error_code: 'UNAUTHENTICATED' },
    });
  });

  it.runIf(!('anywhere' in access || tenantWide))(
    '404: another tenant cannot tell that the model is there',
    async () => {
      const tenant = await aTenant(registry);
      const name = aName('model');
      await tenant.publisher.createModel({ model: name });
      const [there, absent] = [inputFor(name, path), inputFor(aName('absent'), path)];
      const outsider = await anOutsider(registry);

      const [one, other] = [await call(method, path, there, outsider), await call(method, path, absent, outsider)];
      const isMade = path === '/registered-models/create';

      expect([one.status, other.status]).toEqual(isMade ? [200, 200] : [404, 404]);
      expect(one.body.error_code).toBe(other.body.error_code);
    },
  );

  it.runIf(!access.roles.some((role) => role === 'reader'))('403: refuses a reader', async () => {
    const tenant = await aTenant(registry);

    expect(await call(method, path, inputFor(aName('model'), path), tenant.keys.reader)).toMatchObject({
      status: 403,
      body: { error_code: 'PERMISSION_DENIED', message: expect.stringMatching(/needs the role/) },
    });
  });
});

describe('the facade', () => {
  it('never answers a mistake with what its clients repeat for minutes', async () => {
    const { keys } = await aTenant(registry);
    const fields = [
      'name',
      'version',
      'source',
      'stage',
      'key',
      'value',
      'alias',
      'tags',
      'filter',
      'order_by',
      'max_results',
      'page_token',
      'new_name',
      'stages',
      'run_id',
    ];
    const anything = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.jsonValue({ maxDepth: 2 }));
    const input = fc.dictionary(fc.constantFrom(...fields), anything);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...routes), input, async ([, { method, path }], given) => {
        const { status, body } = await call(method, path, given, keys.publisher);

        expect([200, 400, 403, 404, 409]).toContain(status);
        if (status !== 200) expect(body).toMatchObject({ error_code: expect.any(String), message: expect.any(String) });
      }),
      { numRuns: 300 },
    );
  });

  it('tells a change as one event, as native operations do', async () => {
    const tenant = await aTenant(registry);
    const name = aName('model');
    const { publisher } = tenant.keys;
    await call('POST', '/registered-models/create', { name }, publisher);
    await call('POST', '/model-versions/create', { name, source: 's3://bucket/key' }, publisher);
    await call('POST', '/model-versions/set-tag', { name, version: '1', key: 'k', value: 'v' }, publisher);
    const { items } = await tenant.admin.listEvents({ model: name });

    expect(items.map(({ type }) => type)).toEqual(['version.updated', 'version.registered', 'model.created']);
  });
});
