import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { aName } from '../support/names.ts';
import { anOutsider, aRegistry, aTenant, type TestTenant } from '../support/registry.ts';

const registry = await aRegistry();
const { tokenKey } = await import('../../local/secret.ts').then(({ openSecret }) => openSecret(registry.directory));

const SEARCH = '/api/2.0/mlflow/registered-models/search?max_results=10';

const bearing = (token: string) => ({ authorization: `Bearer ${token}` });
const basic = (user: string, token: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`,
});

const search = (headers: Readonly<Record<string, string>>, prefix = '') =>
  registry.raw('GET', `${prefix}${SEARCH}`, { headers });

const create = (token: string, name: string) =>
  registry.raw('POST', '/api/2.0/mlflow/registered-models/create', {
    headers: { ...bearing(token), 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });

const aToken = async ({ publisher }: TestTenant, input: { seconds?: number } = {}) =>
  publisher.createToken({ label: 'pipeline', ...input });

const UNKNOWN = { status: 401, body: { error_code: 'UNAUTHENTICATED', message: expect.stringMatching(/token/) } };

describe('a token lets a client of MLflow in', () => {
  it.each([
    ['as Bearer', bearing],
    ['as bearer in small letters', (token: string) => ({ authorization: `bearer ${token}` })],
    ['as the password of Basic', (token: string) => basic('anyone', token)],
    ['as the password of Basic without a user', (token: string) => basic('', token)],
  ])('%s, at the paths of MLflow and below /token', async (_, headers) => {
    const tenant = await aTenant(registry);
    const { token } = await aToken(tenant);

    for (const prefix of ['', '/token']) {
      expect(await search(headers(token), prefix)).toMatchObject({ status: 200, body: {} });
    }
  });

  it('and what it does there is told with its maker, and with the token that proved it', async () => {
    const tenant = await aTenant(registry);
    const { id, token, principal } = await aToken(tenant);
    const name = aName('model');

    expect((await create(token, name)).status).toBe(200);
    const { items } = await tenant.admin.listEvents({ model: name });
    expect(items[0]).toMatchObject({ type: 'model.created', actor: { principal, provenBy: `token ${id}` } });
  });

  it('who may name the workspace that it is of, and no other', async () => {
    const [tenant, other] = [await aTenant(registry), await aTenant(registry)];
    await other.admin.putMember({ principal: tenant.keys.publisher.arn, roles: [{ role: 'admin' }] });
    const inTenant = registry.client(tenant.keys.publisher, tenant.id);
    const { token } = await inTenant.createToken({ label: 'pipeline' });
    const as = (workspace: string) => search({ ...bearing(token), 'x-mlflow-workspace': workspace });

    expect((await as(tenant.id)).status).toBe(200);
    expect(await search(bearing(token))).toMatchObject({ status: 200 });
    for (const foreign of [other.id, aName('absent')]) {
      expect(await as(foreign)).toMatchObject({ status: 404, body: { error_code: 'RESOURCE_DOES_NOT_EXIST' } });
    }
  });

  it.each(['/version', '/health', '/api/3.0/mlflow/server-info', '/ajax-api/3.0/mlflow/server-info'])(
    'and asks nobody for one at /token%s',
    async (path) => {
      expect((await registry.raw('GET', `/token${path}`)).status).toBe(200);
    },
  );
});

describe('a token has no more than its maker', () => {
  it('and of that, what it was made for', async () => {
    const { publisher } = await aTenant(registry);
    const prefix = aName('fraud');
    const { token } = await publisher.createToken({
      label: 'narrow',
      roles: [{ role: 'publisher', models: `${prefix}-*` }],
    });

    expect((await create(token, `${prefix}-one`)).status).toBe(200);
    expect(await create(token, aName('other'))).toMatchObject({
      status: 403,
      body: { error_code: 'PERMISSION_DENIED' },
    });
  });

  it('and loses what its maker loses', async () => {
    const { admin, keys, publisher } = await aTenant(registry);
    const { token } = await publisher.createToken({ label: 'pipeline' });
    await admin.putMember({ principal: keys.publisher.arn, roles: [{ role: 'reader' }] });

    expect((await create(token, aName('model'))).status).toBe(403);
    expect((await search(bearing(token))).status).toBe(200);

    await admin.removeMember({ principal: keys.publisher.arn });
    expect(await search(bearing(token))).toMatchObject({ status: 403, body: { error_code: 'PERMISSION_DENIED' } });
  });

  it('and asks for no native operation: it makes no other token', async () => {
    const tenant = await aTenant(registry);
    const { token } = await aToken(tenant);

    for (const [method, path] of [
      ['POST', '/v1/tokens'],
      ['GET', '/v1/models'],
      ['POST', '/token/v1/tokens'],
    ] as const) {
      const body = method === 'POST' ? { body: JSON.stringify({ label: 'another' }) } : {};
      const answer = await registry.raw(method, path, { headers: bearing(token), ...body });
      expect(answer.status, path).toBe(path.startsWith('/token') ? 404 : 401);
    }
  });
});

describe('a token ends', () => {
  it('when it is revoked', async () => {
    const tenant = await aTenant(registry);
    const { id, token } = await aToken(tenant);
    expect((await search(bearing(token))).status).toBe(200);
    await tenant.admin.revokeToken({ token: id });

    expect(await search(bearing(token))).toMatchObject(UNKNOWN);
  });

  it('at its time', async () => {
    const tenant = await aTenant(registry);
    const { token } = await aToken(tenant, { seconds: 300 });
    registry.clock.advance(299_000);
    expect((await search(bearing(token))).status).toBe(200);
    registry.clock.advance(2_000);

    expect(await search(bearing(token))).toMatchObject(UNKNOWN);
  });
});

describe('what is no token is refused, and is told no reason', () => {
  const claimsOf = async (tenant: TestTenant) => {
    const { id, principal } = await aToken(tenant);
    return { iss: 'signet', aud: 'signet:mlflow', sub: principal as string, jti: id as string, tenant: tenant.id };
  };
  type Claims = Awaited<ReturnType<typeof claimsOf>>;
  const now = () => Math.floor(registry.clock.now().getTime() / 1_000);
  const times = () => ({ iat: now(), nbf: now(), exp: now() + 600 });
  const signed = (claims: object, key: Uint8Array = tokenKey, header: object = {}) =>
    new SignJWT({ ...times(), ...claims }).setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...header }).sign(key);

  it('a token that is signed as the registry does is taken, so that each refusal below has its own reason', async () => {
    expect((await search(bearing(await signed(await claimsOf(await aTenant(registry)))))).status).toBe(200);
  });

  it.each<[string, (claims: Claims, other: Claims) => string | Promise<string>]>([
    ['without a signature', (claims) => new UnsecuredJWT({ ...times(), ...claims }).encode()],
    ['under another key', (claims) => signed(claims, new Uint8Array(32).fill(1))],
    ['under no key', (claims) => signed(claims, new Uint8Array(32))],
    ['with another algorithm', (claims) => signed(claims, Buffer.concat([tokenKey, tokenKey]), { alg: 'HS512' })],
    ['with another type', (claims) => signed(claims, tokenKey, { typ: 'at+jwt' })],
    ['of another issuer', (claims) => signed({ ...claims, iss: 'https://elsewhere.example' })],
    ['for another audience', (claims) => signed({ ...claims, aud: 'signet' })],
    ['that has ended', (claims) => signed({ ...claims, exp: now() - 10 })],
    ['that never ends', (claims) => signed({ ...claims, exp: undefined })],
    ['that has not begun', (claims) => signed({ ...claims, nbf: now() + 60 })],
    ['of an id that nobody made', (claims) => signed({ ...claims, jti: '01JNF4YVQ4R9S8T7V6W5X4Y3Z5' })],
    ['without an id', (claims) => signed({ ...claims, jti: undefined })],
    ['for somebody else', (claims) => signed({ ...claims, sub: 'aws:444455556666:user/root' })],
    ['of another tenant', (claims, other) => signed({ ...claims, tenant: other.tenant })],
    ['of a tenant that is a key', (claims) => signed({ ...claims, tenant: 'x#TOKENS' })],
    ['changed by one letter', async (claims) => `${(await signed(claims)).slice(0, -2)}AA`],
    ['of two parts', async (claims) => (await signed(claims)).split('.').slice(0, 2).join('.')],
    ['that is longer than any', async (claims) => signed({ ...claims, more: 'x'.repeat(6_500) })],
    ['of nothing', () => ''],
    ['of words', () => 'let.me.in'],
  ])('%s', async (_, forged) => {
    const [tenant, other] = [await aTenant(registry), await aTenant(registry)];
    const token = await forged(await claimsOf(tenant), await claimsOf(other));

    for (const headers of [bearing(token), basic('token', token)]) expect(await search(headers)).toMatchObject(UNKNOWN);
  });

  it('in two headers, of which each would do', async () => {
    const { token } = await aToken(await aTenant(registry));
    const twice = await registry.raw('GET', SEARCH, {
      tamper: (request) => ({
        ...request,
        headers: { ...request.headers, authorization: [`Bearer ${token}`, `Bearer ${token}`] },
      }),
    });

    expect(twice).toMatchObject(UNKNOWN);
  });

  it.each([
    ['in the query', (token: string) => [`${SEARCH}&access_token=${token}&token=${token}`, {}] as const],
    ['in another header', (token: string) => [SEARCH, { 'x-authorization': `Bearer ${token}` }] as const],
    ['in a cookie', (token: string) => [SEARCH, { cookie: `token=${token}` }] as const],
    ['of another scheme', (token: string) => [SEARCH, { authorization: `Token ${token}` }] as const],
    ['with more behind it', (token: string) => [SEARCH, { authorization: `Bearer ${token}, Basic x` }] as const],
  ])('%s', async (_, request) => {
    const { token } = await aToken(await aTenant(registry));
    const [target, headers] = request(token);

    expect((await registry.raw('GET', target, { headers })).status).toBe(401);
  });

  it('below /token a signature is none', async () => {
    const { keys } = await aTenant(registry);

    expect(await registry.raw('GET', `/token${SEARCH}`, { as: keys.publisher })).toMatchObject(UNKNOWN);
  });

  it('and what a client says of an authorizer is not believed', async () => {
    const outsider = await anOutsider(registry);
    const said = { identity: JSON.stringify({ actor: { principal: outsider.arn } }), authorizer: outsider.arn };

    expect((await search(said)).status).toBe(401);
  });

  it('and no line of the log has a token in it', async () => {
    const { token } = await aToken(await aTenant(registry));
    await search(bearing(token));
    await search(basic('x', `${token}x`));
    await search({}, '/token');
    const log = JSON.stringify(registry.log);

    expect(registry.log.length).toBeGreaterThan(0);
    expect(log).not.toContain(token.split('.')[1]);
    expect(log).not.toContain(token.split('.')[2]);
  });
});
