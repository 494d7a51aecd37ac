import type { APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { identityIn } from '../../shared/http/identity.ts';
import { respondToMlflow } from '../../shared/mlflow/respond.ts';
import { authorize } from '../../shared/tokens/authorize.ts';
import { verdictOn } from '../infra/policy-evaluation.ts';
import { aRegistry, aTenant } from '../support/registry.ts';

const registry = await aRegistry();
const { services } = registry;
const API = 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3';
const CALL = '/token/api/2.0/mlflow/registered-models/search';

/** What API Gateway asks the authorizer. */
const asked = (...authorization: string[]) =>
  ({
    type: 'REQUEST',
    methodArn: `${API}/prod/GET${CALL}`,
    headers: { Authorization: authorization.at(-1) },
    multiValueHeaders: { Authorization: authorization },
  }) as unknown as APIGatewayRequestAuthorizerEvent;

/** What it then gives to the function: all that the authorizer said, as texts. */
const event = (context: object | null | undefined): APIGatewayProxyEvent =>
  ({
    httpMethod: 'GET',
    path: CALL,
    headers: {},
    multiValueQueryStringParameters: { max_results: ['5'] },
    requestContext: { requestId: 'r-1', identity: {}, authorizer: context && { ...context, principalId: 'x' } },
  }) as unknown as APIGatewayProxyEvent;

const aToken = async () => {
  const tenant = await aTenant(registry);
  return { tenant, ...(await tenant.publisher.createToken({ label: 'pipeline', seconds: 300 })) };
};

describe('the authorizer', () => {
  it('lets a token in to the paths below /token of this stage, and to nothing else', async () => {
    const { token, principal } = await aToken();
    const { principalId, policyDocument } = await authorize(asked(`Bearer ${token}`), services);
    const may = (path: string) =>
      verdictOn(
        {
          caller: { account: '111122223333' },
          owner: '111122223333',
          action: 'execute-api:Invoke',
          resource: `${API}${path}`,
          context: {},
        },
        { identity: [policyDocument as never] },
      );

    expect(principalId).toBe(principal);
    expect(may(`/prod/POST${CALL}`)).toBe('allowed');
    expect(may('/prod/DELETE/token/ajax-api/2.0/mlflow/registered-models/delete')).toBe('allowed');
    for (const path of ['/prod/GET/v1/models', '/prod/GET/api/2.0/mlflow/x', '/test/GET/token/api/x']) {
      expect(may(path), path).not.toBe('allowed');
    }
  });

  it('says who it is in texts, which are all that API Gateway takes, and the function answers', async () => {
    const { token } = await aToken();
    const { context } = await authorize(asked(`Bearer ${token}`), services);

    expect(Object.values(context ?? {}).map((value) => typeof value)).toEqual(['string', 'string']);
    expect(await respondToMlflow(event(context), services)).toMatchObject({ statusCode: 200 });
  });

  it('is remembered by API Gateway, and a token that ended meanwhile is refused all the same', async () => {
    const { token } = await aToken();
    const { context } = await authorize(asked(`Bearer ${token}`), services);
    const now = services.now().getTime();
    const at = (later: number) => ({ ...services, now: () => new Date(now + later) });

    expect(identityIn(event(context), at(299_000))).toBeDefined();
    expect(identityIn(event(context), at(300_000))).toBeUndefined();
  });

  it.each([
    ['no token', async () => asked('Bearer x.y.z')],
    ['none at all', async () => asked()],
    ['a signature', async () => asked('AWS4-HMAC-SHA256 Credential=x')],
    ['two of them', async () => asked(`Bearer ${(await aToken()).token}`, 'Bearer other')],
    [
      'one that was revoked',
      async () => {
        const { tenant, id, token } = await aToken();
        await tenant.publisher.revokeToken({ token: id });
        return asked(`Bearer ${token}`);
      },
    ],
  ])('answers 401 for %s, with the word of API Gateway for it', async (_, request) => {
    await expect(authorize(await request(), services)).rejects.toThrow(/^Unauthorized$/);
  });

  it('throws what is no refusal, so that nobody is told to log in when the table is away', async () => {
    const away = { ...services, store: { ...services.store, token: () => Promise.reject(new Error('away')) } };

    await expect(authorize(asked(`Bearer ${(await aToken()).token}`), away)).rejects.toThrow('away');
  });
});

describe('the function behind it', () => {
  it.each([
    ['nobody', undefined],
    ['what the authorizer does not say', { principal: 'aws:111122223333:root' }],
    ['half of it', { identity: '{}' }],
  ])('believes %s nothing', async (_, context) => {
    expect(await respondToMlflow(event(context), services)).toMatchObject({ statusCode: 401 });
  });
});
