import { expect, it } from 'vitest';
import { eventOf } from '../../local/gateway/event.ts';
import { baseOf, pathOf } from '../../shared/mlflow/base.ts';

const CALL = '/api/2.0/mlflow/model-versions/get-download-uri';

/** What API Gateway says of a call: the stage is in the path of the context, and not in the path. */
const onAws = (path: string, whole: string, domainName: string) =>
  ({ path, headers: { 'X-Forwarded-Proto': 'https' }, requestContext: { path: whole, domainName } }) as never;

const embedded = (path: string, endpoint?: string) =>
  eventOf(
    {
      ...{ requestId: 'r', method: 'GET', url: path, headers: ['Host', '127.0.0.1:7070', 'X-Forwarded-Proto', 'ftp'] },
      ...{ body: '', isBase64Encoded: false, sourceIp: '::1', at: new Date(0), endpoint },
    },
    { name: 'mlflow', resource: path, pathParameters: {} },
    { accessKeyId: 'K', secretAccessKey: 'S', arn: 'arn:aws:iam::111122223333:user/ann', accountId: '111122223333' },
  );

const DOMAIN = 'a1b2c3.execute-api.eu-west-1.amazonaws.com';

it.each([
  ['signed, on AWS', onAws(CALL, `/prod${CALL}`, DOMAIN), `https://${DOMAIN}/prod`],
  ['with a token, on AWS', onAws(`/token${CALL}`, `/prod/token${CALL}`, DOMAIN), `https://${DOMAIN}/prod/token`],
  ['at a domain of its own', onAws(CALL, CALL, 'models.example.com'), 'https://models.example.com'],
  ['embedded', embedded(CALL), 'http://127.0.0.1:7070'],
  ['embedded, with a token', embedded(`/token${CALL}`), 'http://127.0.0.1:7070/token'],
  ['embedded, behind a proxy', embedded(CALL, 'https://models.example.com'), 'https://models.example.com'],
])('a call that came %s has its base', (_, event, base) => {
  expect(baseOf(event)).toBe(base);
});

it('a path is that of a call whichever way it came, and a name that begins so is none', () => {
  expect([pathOf(CALL), pathOf(`/token${CALL}`), pathOf('/tokens/x'), pathOf('/token')]).toEqual([
    CALL,
    CALL,
    '/tokens/x',
    '/token',
  ]);
});
