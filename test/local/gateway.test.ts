import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { aName } from '../support/names.ts';
import type { RawRequest } from '../support/raw.ts';
import { aRegistry, aTenant } from '../support/registry.ts';

const registry = await aRegistry();
const { keys, publisher, reader } = await aTenant(registry);

describe('the way to an operation', () => {
  it('leads to the function of the row, and back with its answer', async () => {
    const model = aName('model');

    expect(
      await registry.raw('POST', '/v1/models', { as: keys.publisher, body: JSON.stringify({ model }) }),
    ).toMatchObject({
      status: 201,
      headers: { etag: '"1"', 'x-request-id': expect.any(String) },
      body: { name: model },
    });
  });

  it.each(['50 % & more', 'naïve ☂', 'a+b=c?d#e', "it's (really) new!*", '%2F'])(
    'takes the name %s in a path',
    async (name) => {
      const model = `${name} ${aName('')}`;
      await publisher.createModel({ model });

      expect(await reader.getModel({ model })).toMatchObject({ name: model });
    },
  );

  it('reads a query as it is encoded', async () => {
    const prefix = aName('a+b &');
    await publisher.createModel({ model: `${prefix} c` });

    expect(await reader.listModels({ prefix })).toMatchObject({ items: [{ name: `${prefix} c` }] });
  });

  it.each([
    ['prefix=%ff', 'prefix', '%ff has a percent sign that begins no UTF-8 character'],
    ['limit=5&prefix=50%', 'prefix', '50% has a percent sign that begins no UTF-8 character'],
    ['a%zz=b', 'query', 'a%zz has a percent sign that begins no UTF-8 character'],
  ])('refuses the query %s, whoever may have signed it', async (query, field, message) => {
    expect(await registry.raw('GET', `/v1/models?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', issues: [{ field, message }] },
    });
  });

  it('streams JSON lines', async () => {
    const model = aName('model');
    await publisher.createModel({ model });
    const answer = await registry.raw('GET', `/v1/events/export?model=${model}`, { as: keys.reader });

    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/jsonl' } });
    expect(
      answer.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).type),
    ).toEqual(['model.created', 'export.completed']);
  });

  it('ends at the operation where the body is not JSON', async () => {
    const answer = await registry.raw('POST', '/v1/models', { as: keys.publisher, body: '{"model": ' });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid', issues: [{ field: 'model' }] } });
  });

  it('keeps the connection for the next request', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports: (number | undefined)[] = [];
    for (const target of ['/health', '/nowhere', '/v1/models']) {
      const { localPort } = await registry.raw('GET', target, { agent });
      ports.push(localPort);
    }
    agent.destroy();

    expect(new Set(ports).size).toBe(1);
  });
});

describe('what is not there', () => {
  it.each([
    'GET /v1/nothing',
    'GET /',
    'GET /v1/models/',
    'GET /v1//models',
    'GET /v1/models/./versions',
    'GET /v1/models/a/../b',
    'GET /v1/models/a/b/c/d/e',
    'GET /v1/__proto__',
    'GET /V1/models',
    'GET /healthy',
  ])('%s is 404, with or without a signature', async (line) => {
    const [method = '', target = ''] = line.split(' ');
    const unsigned = await registry.raw(method, target);
    const signed = await registry.raw(method, target, { as: keys.admin });

    expect(unsigned).toMatchObject({
      status: 404,
      body: { code: 'route.not_found', type: '/problems/route.not_found' },
    });
    expect(signed).toMatchObject({ status: 404, body: { code: 'route.not_found' } });
    expect(unsigned.headers).not.toHaveProperty('allow');
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'])(
    'a path without %s is 404, and says which methods it has',
    async (method) => {
      expect(await registry.raw(method, '/v1/models', { as: keys.admin })).toMatchObject({
        status: 404,
        headers: { allow: 'POST, GET' },
        body: { code: 'route.not_found', detail: `There is no ${method} /v1/models, and there is POST, GET.` },
      });
    },
  );

  it('HEAD is no operation, and has no body', async () => {
    const answer = await registry.raw('HEAD', '/v1/models', { as: keys.admin });

    expect(answer).toMatchObject({ status: 404, headers: { allow: 'POST, GET' }, text: '' });
  });

  it('OPTIONS tells what there is at a path, to anybody', async () => {
    expect(await registry.raw('OPTIONS', '/v1/models')).toMatchObject({
      status: 204,
      headers: { allow: 'POST, GET' },
      text: '',
    });
    expect(await registry.raw('OPTIONS', '/v1/nothing')).toMatchObject({ status: 404 });
  });

  it('does not open a route to dots that the signature would not see', async () => {
    const tamper = (request: RawRequest) => ({ ...request, target: '/v1/models/other/../mine' });
    const answer = await registry.raw('GET', '/v1/models/mine', { as: keys.reader, tamper });

    expect(answer).toMatchObject({ status: 404, body: { code: 'route.not_found' } });
  });
});

describe('GET /health', () => {
  it('says without a signature that requests are answered', async () => {
    expect(await registry.raw('GET', '/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await registry.raw('HEAD', '/health?deep=1')).toMatchObject({ status: 200, text: '' });
  });

  it('is all that is there', async () => {
    expect(await registry.raw('POST', '/health')).toMatchObject({ status: 404, body: { code: 'route.not_found' } });
  });
});

describe('a request that nobody known has signed is 401', () => {
  const body = '{"model":"m"}';
  const changed = (change: Partial<RawRequest>) => (request: RawRequest) => ({ ...request, ...change });
  const header = (name: string, value: string) => (request: RawRequest) => ({
    ...request,
    headers: { ...request.headers, [name]: value },
  });
  const temporary = registry.admit({ ...registry.stranger(), sessionToken: 'the true token' });
  const cases: Record<string, [Parameters<typeof registry.raw>[2], RegExp]> = {
    unsigned: [{}, /is not signed/],
    'with a bearer token': [{ headers: { authorization: 'Bearer abc' } }, /does not read "AWS4-HMAC-SHA256/],
    'with another body': [{ tamper: changed({ body: '{"model":"n"}' }) }, /The body has the SHA-256/],
    'with another body, whose hash is declared': [
      { tamper: (request) => header('x-amz-content-sha256', 'f'.repeat(64))(changed({ body: '{}' })(request)) },
      /x-amz-content-sha256 is f+/,
    ],
    'with another path': [{ tamper: changed({ target: '/v1/tenants' }) }, /is not the one of this request/],
    'with a query': [{ tamper: changed({ target: '/v1/models?a=1' }) }, /is not the one of this request/],
    'with another method': [{ tamper: changed({ method: 'GET' }) }, /is not the one of this request/],
    'with another tenant': [
      { headers: { 'x-signet-tenant': 'acme' }, tamper: header('x-signet-tenant', 'globex') },
      /is not the one of this request/,
    ],
    'for another host': [{ tamper: header('host', 'registry.example') }, /is not the one of this request/],
    'for another region': [{ scope: { region: 'eu-west-1' } }, /signed for the region eu-west-1/],
    'for another service': [{ scope: { service: 's3' } }, /signed for the service s3/],
    'six minutes ago': [{ signedAt: () => new Date(registry.clock.now().getTime() - 360_000) }, /has expired/],
    'six minutes from now': [{ signedAt: () => new Date(registry.clock.now().getTime() + 360_000) }, /set its clock/],
    'with a key that is not known': [
      { as: { ...keys.publisher, accessKeyId: 'SIGNETNOBODY00000000' } },
      /no access key SIGNETNOBODY/,
    ],
    'with another secret': [
      { as: { ...keys.publisher, secretAccessKey: 'guessed' } },
      /is not the one of this request/,
    ],
    'with a session token that is not needed': [{ as: { ...keys.publisher, sessionToken: 'foreign' } }, /send none/],
    'with a foreign session token': [
      { as: { ...temporary, sessionToken: 'foreign' } },
      /is not the one of this access key/,
    ],
    'without the session token': [
      { as: { ...temporary, sessionToken: undefined as never } },
      /send its session token as well/,
    ],
  };

  it.each(Object.keys(cases))('%s', async (name) => {
    const [options = {}, detail] = cases[name] ?? [{}, /$^/];
    const as = name === 'unsigned' || name === 'with a bearer token' ? {} : { as: keys.publisher };
    const answer = await registry.raw('POST', '/v1/models', { body, ...as, ...options });

    expect(answer).toMatchObject({
      status: 401,
      headers: {
        'content-type': 'application/problem+json',
        'www-authenticate': expect.stringMatching(/^AWS4-HMAC-SHA256 /),
      },
      body: {
        code: 'caller.unknown',
        detail: expect.stringMatching(detail),
        requestId: answer.headers['x-request-id'],
      },
    });
    expect(answer.text).not.toContain(keys.publisher.secretAccessKey);
    expect(answer.text).not.toContain('true token');
  });

  it('but a temporary key with its token is good', async () => {
    expect(await registry.raw('GET', '/v1/whoami', { as: temporary })).toMatchObject({ status: 200 });
  });

  it('and the session of a role is its role', async () => {
    const session = registry.admit({
      ...registry.stranger(),
      arn: 'arn:aws:sts::000000000000:assumed-role/Deploy/run-7',
    });

    expect((await registry.raw('GET', '/v1/whoami', { as: session })).body).toMatchObject({
      principal: 'aws:000000000000:role/Deploy',
      session: 'run-7',
    });
  });
});

describe('bodies', () => {
  it.each([1_000_001, 2_000_000, 20_000_000])('of %i bytes are refused, and not kept', async (bytes) => {
    const answer = await registry.raw('POST', '/v1/models', { as: keys.publisher, body: 'x'.repeat(bytes) });

    expect(answer).toMatchObject({ status: 413, body: { code: 'request.too_large' } });
  });

  it('that do not say how long they are are refused once they are too long', async () => {
    const headers = { 'transfer-encoding': 'chunked' };
    const answer = await registry.raw('POST', '/v1/models', { headers, body: 'x'.repeat(1_000_001) });

    expect(answer).toMatchObject({ status: 413, body: { code: 'request.too_large' } });
  });

  it('up to a million bytes are read', async () => {
    const body = JSON.stringify({ model: 'x'.repeat(999_988) });
    const answer = await registry.raw('POST', '/v1/models', { as: keys.publisher, body });

    expect(body).toHaveLength(1_000_000);
    expect(answer).toMatchObject({ status: 400, body: { issues: [{ field: 'model' }] } });
  });

  it.each(['gzip', 'x-unknown'])('that are encoded are refused: %s', async (encoding) => {
    const body = JSON.stringify({ model: aName('model') });
    const headers = { 'content-encoding': encoding };

    expect(await registry.raw('POST', '/v1/models', { as: keys.publisher, body, headers })).toMatchObject({
      status: 400,
      body: {
        code: 'request.invalid',
        issues: [{ field: 'Content-Encoding', message: `expected none, got ${encoding}` }],
      },
    });
  });

  it('may say that they are not encoded', async () => {
    const body = JSON.stringify({ model: aName('model') });
    const headers = { 'content-encoding': 'identity' };

    expect(await registry.raw('POST', '/v1/models', { as: keys.publisher, body, headers })).toMatchObject({
      status: 201,
    });
  });

  it('that are not UTF-8 are refused', async () => {
    const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]);

    expect(await registry.raw('POST', '/v1/models', { as: keys.publisher, body })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', issues: [{ field: 'body', message: 'expected UTF-8' }] },
    });
  });

  describe('that do not come to their end', () => {
    afterEach(() => void vi.useRealTimers());

    it('are waited for no longer than 20 seconds', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const socket = await sending('POST /v1/models HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"mod');
      while (vi.getTimerCount() === 0) await setTimeout(1);
      await vi.advanceTimersByTimeAsync(20_000);

      const [head] = (await once(socket, 'data')) as [Buffer];
      expect(head.toString()).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
      expect(head.toString()).toContain('"detail":"The body did not end within 20 seconds."');
      socket.destroy();
    });
  });
});

describe('what is not HTTP', () => {
  it.each([
    ['noise', 'HELLO\r\n\r\n', 400],
    ['a header without a name', 'GET /health HTTP/1.1\r\n: x\r\n\r\n', 400],
    ['two lengths', 'POST /v1/models HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n', 400],
    ['headers without end', `GET /health HTTP/1.1\r\nHost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s is answered with a problem', async (_, request, status) => {
    const socket = await sending(request);
    const answer = await text(socket);

    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    if (request.includes('Host') || request.startsWith('HELLO')) expect(answer).toContain(`"status":${status}`);
  });
});

async function sending(request: string) {
  const socket = connect(Number(new URL(registry.endpoint).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(request);
  return socket;
}
