import { decodeJwt, decodeProtectedHeader } from 'jose';
import { expect, it } from 'vitest';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant, itEmbedded } from '../support/registry.ts';

describeOperation('createToken', (registry) => {
  it('makes a JWT that names its maker, its tenant and its end, and nothing else', async () => {
    const { id: tenant, publisher, keys } = await aTenant(registry);
    const { token, ...made } = await publisher.createToken({ label: 'pipeline', seconds: 600 });
    const claims = decodeJwt(token);

    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(claims).toEqual({
      ...{ tenant, iss: 'signet', aud: 'signet:mlflow', sub: made.principal, jti: made.id },
      ...{ iat: claims.nbf, nbf: expect.any(Number), exp: (claims.nbf ?? 0) + 600 },
    });
    expect(made).toMatchObject({ label: 'pipeline', roles: [{ role: 'publisher', models: '*' }] });
    expect(Date.parse(made.validUntil) - Date.parse(made.createdAt)).toBe(600_000);
    expect(keys.publisher.arn).toContain(made.principal.split('/')[1]);
  });

  it('is good for an hour unless told', async () => {
    const { reader } = await aTenant(registry);
    const { createdAt, validUntil } = await reader.createToken({ label: 'a notebook' });

    expect(Date.parse(validUntil) - Date.parse(createdAt)).toBe(3_600_000);
  });

  it('refuses roles that its maker does not have, and names each', async () => {
    const { publisher } = await aTenant(registry);
    const roles = [
      { role: 'publisher', models: 'fraud-*' },
      { role: 'releaser', models: '*' },
      { role: 'reader', models: '*' },
    ] as const;

    await expect(publisher.createToken({ label: 'greedy', roles: [...roles] })).rejects.toMatchObject({
      status: 403,
      code: 'caller.forbidden',
      issues: [{ field: 'roles[1]' }],
    });
  });

  it.each([
    ['seconds', { label: 'x', seconds: 299 }],
    ['seconds', { label: 'x', seconds: 43_201 }],
    ['seconds', { label: 'x', seconds: 600.5 }],
    ['label', { label: '' }],
    ['label', { label: 'x'.repeat(101) }],
    ['roles', { label: 'x', roles: [] }],
    ['roles[0].role', { label: 'x', roles: [{ role: 'king' }] }],
  ])('400: names the field %s', async (field, input) => {
    const { reader } = await aTenant(registry);

    await expect(reader.createToken(input as never)).rejects.toMatchObject({ status: 400, issues: [{ field }] });
  });

  it('tells of it, and never the token', async () => {
    const { admin, publisher } = await aTenant(registry);
    const { id, token } = await publisher.createToken({ label: 'pipeline' });
    const { items } = await admin.listEvents({});

    expect(items).toContainEqual(
      expect.objectContaining({
        type: 'token.created',
        data: expect.objectContaining({ token: id, label: 'pipeline' }),
      }),
    );
    expect(JSON.stringify(items)).not.toContain(token.split('.')[2]);
  });

  itEmbedded('keeps and logs no token, also where the answer is remembered for a repeat', async () => {
    const { keys } = await aTenant(registry);
    const options = {
      ...{ as: keys.publisher, body: JSON.stringify({ label: 'pipeline' }) },
      headers: { 'content-type': 'application/json', 'idempotency-key': 'once' },
    };
    const first = await registry.raw('POST', '/v1/tokens', options);
    const again = await registry.raw('POST', '/v1/tokens', options);
    const signature = String(first.body.token).split('.')[2] ?? '?';

    expect(first.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(JSON.stringify(registry.log)).not.toContain(signature);
  });
});
