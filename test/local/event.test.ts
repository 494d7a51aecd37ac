import { describe, expect, it } from 'vitest';
import { eventOf } from '../../local/gateway/event.ts';
import { routeOf } from '../../local/gateway/routes.ts';

const credential = {
  accessKeyId: 'AKIAEXAMPLE',
  secretAccessKey: 'secret',
  arn: 'arn:aws:iam::111122223333:user/ann',
  accountId: '111122223333',
};

function event(method: string, url: string, headers: readonly string[] = [], body = '') {
  const route = routeOf(method, url.split('?')[0] ?? '');
  if (!route) throw new Error(`expected a route for ${method} ${url}`);
  const at = new Date('2026-04-09T12:34:56.789Z');
  const request = { requestId: 'r-1', method, url, headers, body, isBase64Encoded: false, sourceIp: '192.0.2.7', at };
  return eventOf(request, route, credential);
}

describe('the event of a request', () => {
  it('names the row, and leaves path parameters encoded', () => {
    expect(event('GET', '/v1/models/a%20b%2Fc/versions/7')).toMatchObject({
      resource: '/v1/models/{model}/versions/{version}',
      path: '/v1/models/a%20b%2Fc/versions/7',
      httpMethod: 'GET',
      pathParameters: { model: 'a%20b%2Fc', version: '7' },
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
    });
  });

  it('decodes the query, with the last of several values and with all of them', () => {
    expect(event('GET', '/v1/models?prefix=a%20b&limit=1&limit=2&x=1+1&y')).toMatchObject({
      pathParameters: null,
      queryStringParameters: { prefix: 'a b', limit: '2', x: '1 1', y: '' },
      multiValueQueryStringParameters: { prefix: ['a b'], limit: ['1', '2'], x: ['1 1'], y: [''] },
    });
  });

  it('keeps the spelling of headers, and joins those that differ in nothing else', () => {
    const { headers, multiValueHeaders } = event('GET', '/v1/models', ['Host', 'a', 'X-One', '1', 'x-one', '2']);

    expect(headers).toMatchObject({ Host: 'a', 'X-One': '2' });
    expect(multiValueHeaders).toMatchObject({ Host: ['a'], 'X-One': ['1', '2'] });
    expect(headers).not.toHaveProperty('x-one');
  });

  it('does not hand on what proves the identity', () => {
    const proofs = ['Authorization', 'AWS4-HMAC-SHA256 …', 'X-Amz-Security-Token', 'token', 'X-Amz-Date', 'today'];

    expect(event('GET', '/v1/models', proofs).headers).toEqual({ 'X-Amz-Date': 'today', 'X-Forwarded-Proto': 'http' });
  });

  it('says itself by which scheme it was asked, and believes no client', () => {
    const { headers, multiValueHeaders } = event('GET', '/v1/models', ['x-forwarded-proto', 'https']);

    expect(headers).toEqual({ 'X-Forwarded-Proto': 'http' });
    expect(multiValueHeaders).toEqual({ 'X-Forwarded-Proto': ['http'] });
  });

  it('says who called, apart from whose API it is', () => {
    const { requestContext } = event('POST', '/v1/models', ['User-Agent', 'curl/8'], '{}');

    expect(requestContext).toMatchObject({
      accountId: '000000000000',
      httpMethod: 'POST',
      resourcePath: '/v1/models',
      requestId: 'r-1',
      requestTime: '09/Apr/2026:12:34:56 +0000',
      requestTimeEpoch: 1775738096789,
      identity: {
        accessKey: 'AKIAEXAMPLE',
        accountId: '111122223333',
        userArn: 'arn:aws:iam::111122223333:user/ann',
        sourceIp: '192.0.2.7',
        userAgent: 'curl/8',
      },
    });
    expect(JSON.stringify(requestContext)).not.toContain('secret');
  });
});
