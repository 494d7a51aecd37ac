import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import type { Issuer } from '../../shared/domain/issuer.ts';
import { trustedIssuers } from '../../shared/tokens/issuers.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant, type TestTenant } from '../support/registry.ts';

const ISSUER = 'https://token.actions.example';
const AUDIENCE = 'signet';

const registry = await aRegistry();
const [ours, foreign] = [await generateKeyPair('RS256', { extractable: true }), await generateKeyPair('RS256')];
const jwk = { ...(await exportJWK(ours.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };

/** What the address of the keys answers: those of the issuer, unless a test says otherwise. */
const KEYS = JSON.stringify({ keys: [jwk] });
let answer: { status: number; body: string; location?: string } = { status: 200, body: KEYS };
let asked = 0;
const server = createServer((_, response) => {
  asked += 1;
  const { status, body, location } = answer;
  response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) }).end(body);
}).listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => server.close());
const keys = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;

const now = () => Math.floor(registry.clock.now().getTime() / 1_000);
const claims = (more: object = {}): JWTPayload => ({
  ...{ iss: ISSUER, aud: AUDIENCE, sub: 'repo:acme/fraud:ref:refs/heads/main', iat: now(), exp: now() + 300 },
  ...{ repository: 'acme/fraud', ref: 'refs/heads/main', environment: 'production' },
  ...more,
});
const sign = (payload: JWTPayload, key = ours.privateKey, header: object = {}) =>
  new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'one', ...header }).sign(key);

/** A registry that trusts the issuer for a tenant, in which its principal is a publisher. */
async function trusting(rules: Issuer['rules'] = RULES, roles = ['publisher'] as const): Promise<TestTenant> {
  const tenant = await aTenant(registry);
  const issuer = { name: 'github', issuer: ISSUER, keys, audience: AUDIENCE, tenant: tenant.id as never, rules };
  Object.assign(registry.services, { issuers: trustedIssuers([issuer], registry.clock.now) });
  await tenant.admin.putMember({
    principal: 'oidc:github:acme/fraud@main',
    roles: roles.map((role) => ({ role, models: '*' })),
  });
  return tenant;
}
const RULES: Issuer['rules'] = [
  { claims: { repository: 'acme/*', ref: 'refs/heads/main' }, subject: '{repository}@main' },
  {
    claims: { repository: 'acme/*', environment: 'review' },
    subject: 'acme/fraud@main',
    roles: [{ role: 'reader', models: '*' }],
  },
];

const create = (token: string, name = aName('model')) =>
  registry.raw('POST', '/api/2.0/mlflow/registered-models/create', {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });

describe('the token of an issuer that is trusted', () => {
  it('speaks for the member that its rule names, and the record says what proved it', async () => {
    const tenant = await trusting();
    const name = aName('model');

    expect((await create(await sign(claims()), name)).status).toBe(200);
    expect((await tenant.admin.listEvents({ model: name })).items[0]?.actor).toEqual({
      principal: 'oidc:github:acme/fraud@main',
      session: 'repo:acme/fraud:ref:refs/heads/main',
      provenBy: 'oidc github',
    });
  });

  it('may do no more than its rule lets it', async () => {
    await trusting();

    expect((await create(await sign(claims({ ref: 'refs/heads/x', environment: 'review' })))).status).toBe(403);
  });

  it('opens nothing to whom no admin has made a member', async () => {
    await trusting();

    expect((await create(await sign(claims({ repository: 'acme/other' })))).status).toBe(403);
  });

  it('asks for the keys once', async () => {
    await trusting();
    await create(await sign(claims()));
    const before = asked;
    await create(await sign(claims()));

    expect(asked).toBe(before);
  });
});

describe('is refused', () => {
  it.each<[string, () => Promise<string> | string]>([
    ['of nobody that is trusted', () => sign(claims({ iss: 'https://elsewhere.example' }))],
    ['of an issuer that is nearly the same', () => sign(claims({ iss: `${ISSUER}/` }))],
    ['for another audience', () => sign(claims({ aud: 'sts.amazonaws.com' }))],
    ['for none', () => sign(claims({ aud: undefined }))],
    ['that has ended', () => sign(claims({ exp: now() - 10 }))],
    ['that never ends', () => sign(claims({ exp: undefined }))],
    ['that has not begun', () => sign(claims({ nbf: now() + 60 }))],
    ['under another key', () => sign(claims(), foreign.privateKey)],
    ['under a key of another name', () => sign(claims(), ours.privateKey, { kid: 'two' })],
    ['without a signature', () => new UnsecuredJWT(claims()).encode()],
    [
      'whose secret is the public key',
      async () => sign(claims(), Buffer.from(await exportSPKI(ours.publicKey)) as never, { alg: 'HS256' }),
    ],
    [
      'that brings its key along',
      () => sign(claims(), foreign.privateKey, { kid: undefined, jku: 'https://x.example' }),
    ],
    ['of another repository', () => sign(claims({ repository: 'evil/acme/x' }))],
    ['of another branch', () => sign(claims({ ref: 'refs/heads/main2' }))],
    ['without the claim of its rule', () => sign(claims({ ref: undefined }))],
    ['whose claim is a list', () => sign(claims({ ref: ['refs/heads/main'] }))],
    ['whose claim would be more than a part of a principal', () => sign(claims({ repository: 'acme/a:b' }))],
    ['whose claim has a key in it', () => sign(claims({ repository: 'acme/a#T' }))],
  ])('one %s', async (_, forged) => {
    await trusting();

    expect(await create(await forged())).toMatchObject({ status: 401, body: { error_code: 'UNAUTHENTICATED' } });
  });

  it.each([
    ['fails', { status: 500, body: '' }],
    ['is none', { status: 200, body: 'hello' }],
    ['is longer than any', { status: 200, body: JSON.stringify({ keys: [jwk], more: 'x'.repeat(300_000) }) }],
    ['leads elsewhere', { status: 302, body: '', location: keys }],
  ])('every one where the answer with the keys %s', async (_, broken) => {
    answer = broken;
    await trusting();
    const { status } = await create(await sign(claims()));
    answer = { status: 200, body: KEYS };

    expect(status).toBe(401);
  });

  it('every one of a tenant that it is not trusted for', async () => {
    const tenant = await trusting();
    const other = await aTenant(registry);
    await other.admin.putMember({ principal: 'oidc:github:acme/fraud@main', roles: [{ role: 'admin' }] });
    const headers = { authorization: `Bearer ${await sign(claims())}` };
    const search = (workspace: string) =>
      registry.raw('GET', '/api/2.0/mlflow/registered-models/search', {
        headers: { ...headers, 'x-mlflow-workspace': workspace },
      });

    expect([(await search(tenant.id)).status, (await search(other.id)).status]).toEqual([200, 404]);
  });
});
