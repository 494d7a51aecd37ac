import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newCredential } from '../../local/principals.ts';
import { type Client, type ClientOptions, Problem, registryClient } from '../../shared/http/client.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant } from '../support/registry.ts';
import { aModelOf } from '../support/setting-up.ts';

type Arrived = Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { readonly body: string };
type Misbehaviour = (response: ServerResponse, attempt: number, request: Arrived) => unknown;

/** A server that does as it is told, what it was asked, and a client of it. */
async function aServer(answer: Misbehaviour, options: Partial<ClientOptions> = {}) {
  const arrived: Arrived[] = [];
  const server = createServer(async (message, response) => {
    const { method, url, headers } = message;
    const request = { method, url, headers, body: await text(message) };
    arrived.push(request);
    await answer(response, arrived.length, request);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    await server[Symbol.asyncDispose]();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = newCredential('someone', '000000000000');
  return { arrived, client: registryClient({ endpoint, region: 'us-east-1', credentials, ...options }) };
}

const answers = (response: ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const keysOf = (arrived: readonly Arrived[]) => arrived.map(({ headers }) => headers['idempotency-key']);

/** What a call was refused with. */
const refusalOf = (call: Promise<unknown>): Promise<Problem> =>
  call.then(
    () => expect.unreachable('it was not refused'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(Problem);
      return error as Problem;
    },
  );

async function exported(client: Client): Promise<unknown[]> {
  return Array.fromAsync(client.exportEvents({}));
}

describe('an answer that is lost after the registry took the request', async () => {
  const registry = await aRegistry();

  /** On its way to the registry: the first answers are lost, as `lose` does it. */
  async function aWayThatLoses(count: number, lose: (response: ServerResponse, answer: string) => void) {
    const tenant = await aTenant(registry);
    const { region, clock, endpoint } = registry;
    const pass: Misbehaviour = async (response, attempt, { method, url, headers, body }) => {
      const [answer] = (await once(
        httpRequest(`${endpoint}${url}`, { ...(method && { method }), headers }).end(body),
        'response',
      )) as [IncomingMessage];
      const received = await text(answer);
      if (attempt <= count) return lose(response, received);
      return response.writeHead(answer.statusCode ?? 0, answer.headers).end(received);
    };
    const options = { region, credentials: tenant.keys.publisher, now: clock.now };
    return { tenant, ...(await aServer(pass, options)) };
  }

  const whole = (response: ServerResponse) => void response.destroy();
  const half = (response: ServerResponse, answer: string) => {
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) });
    response.write(answer.slice(0, answer.length / 2), () => response.destroy());
  };

  it.each([
    ['as a whole', whole],
    ['half-way', half],
  ])('%s is asked for again under the same Idempotency-Key, and the change happens once', async (_, lose) => {
    const { tenant, client, arrived } = await aWayThatLoses(1, lose);
    const model = aName('model');
    const created = await client.createModel({ model });

    expect(created).toEqual(await tenant.reader.getModel({ model }));
    expect((await tenant.reader.listEvents({ model })).items).toHaveLength(1);
    expect(keysOf(arrived)).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), arrived[0]?.headers['idempotency-key']]);
    expect(arrived[1]).toMatchObject({ method: 'POST', url: '/v1/models', body: arrived[0]?.body });
  });

  it('leaves no gap in the numbers of versions', async () => {
    const { tenant, client } = await aWayThatLoses(2, whole);
    const model = await aModelOf(tenant);
    const { version } = await client.registerVersion({ model, source: 's3://elsewhere/model' });

    expect(version.version).toBe(1);
    expect((await tenant.reader.getModel({ model })).versions).toBe(1);
  });

  it('three times is an error to the caller, who may repeat it under a key of his own', async () => {
    const { tenant, client, arrived } = await aWayThatLoses(3, whole);
    const model = aName('model');
    const options = { idempotencyKey: 'mine' };

    await expect(client.createModel({ model }, options)).rejects.toThrow('fetch failed');
    expect(keysOf(arrived)).toEqual(['mine', 'mine', 'mine']);
    expect(await client.createModel({ model }, options)).toEqual(await tenant.reader.getModel({ model }));
    expect((await tenant.reader.listEvents({ model })).items).toHaveLength(1);
  });

  it('is told from a refusal, which comes as the registry worded it', async () => {
    const { tenant, client } = await aWayThatLoses(1, whole);
    const model = await aModelOf(tenant);
    const refusal = await refusalOf(client.createModel({ model }));

    expect(refusal).toMatchObject({ status: 409, code: 'model.exists' });
  });
});

describe('a registry that cannot answer now', () => {
  it.each([429, 502, 503, 504])('with %i is asked again', async (status) => {
    const { client, arrived } = await aServer((response, attempt) =>
      attempt < 3 ? answers(response, status, {}) : answers(response, 201, { name: 'iris' }),
    );

    expect(await client.createModel({ model: 'iris' })).toEqual({ name: 'iris' });
    expect(arrived).toHaveLength(3);
    expect(new Set(keysOf(arrived)).size).toBe(1);
  });

  it('is asked three times, and then its answer is a problem', async () => {
    const { client, arrived } = await aServer((response) => answers(response, 429, { message: 'Too Many Requests' }));
    const problem = await refusalOf(client.getModel({ model: 'iris' }));

    expect(problem).toMatchObject({ status: 429, code: 'http.429', message: 'Too Many Requests' });
    expect(arrived).toHaveLength(3);
  });

  it('is asked again for a stream as well', async () => {
    const { client } = await aServer((response, attempt) =>
      attempt === 1 ? answers(response, 503, {}) : response.end('{"type":"export.completed","events":0}\n'),
    );

    expect(await exported(client)).toEqual([{ type: 'export.completed', events: 0 }]);
  });

  it('because nothing listens there is told at once', async () => {
    let attempts = 0;
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await server[Symbol.asyncDispose]();
    const now = () => {
      attempts += 1;
      return new Date();
    };
    const credentials = newCredential('someone', '000000000000');
    const client = registryClient({ endpoint, region: 'us-east-1', credentials, now });

    await expect(client.createModel({ model: 'iris' })).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    // Each attempt is signed for its own time.
    expect(attempts).toBe(1);
  });
});

describe('a refusal', () => {
  it.each([400, 401, 403, 404, 409, 412, 413, 422, 500])('with %i is not asked for again', async (status) => {
    const { client, arrived } = await aServer((response) => answers(response, status, {}));

    expect(await refusalOf(client.createModel({ model: 'iris' }))).toMatchObject({ status });
    expect(arrived).toHaveLength(1);
  });

  it('has the code, the hint, the fields and the id of the request', async () => {
    const body = {
      type: '/problems/request.invalid',
      title: 'The request does not match the contract',
      status: 400,
      code: 'request.invalid',
      detail: 'model: expected no / and no :',
      hint: 'Correct the fields that `issues` names.',
      issues: [{ field: 'model', message: 'expected no / and no :' }],
      requestId: 'req-1',
    };
    const { client } = await aServer((response) => answers(response, 400, body));
    const { status, code, hint, issues, requestId, message } = await refusalOf(client.createModel({ model: 'a/b' }));
    const { type: _, title: __, detail, ...told } = body;

    expect({ status, code, hint, issues, requestId }).toEqual(told);
    expect(message).toBe(detail);
  });

  it.each([
    ['API Gateway', { message: 'Forbidden' }, 'Forbidden'],
    ['a proxy that has a title for it', { title: 'No entry' }, 'No entry'],
    ['a server that says nothing', {}, 'The registry answered 403.'],
    ['a server that says null', null, 'The registry answered 403.'],
    ['a server that says a text', 'no', 'The registry answered 403.'],
  ])('of %s is a problem too', async (_, body, message) => {
    const { client } = await aServer((response) => answers(response, 403, body));

    expect(await refusalOf(client.getModel({ model: 'iris' }))).toMatchObject({
      status: 403,
      code: 'http.403',
      message,
      hint: undefined,
      issues: [],
      requestId: undefined,
    });
  });

  it('of a stream comes before its first line', async () => {
    const { client } = await aServer((response) => answers(response, 404, { code: 'model.not_found' }));

    expect(await refusalOf(exported(client))).toMatchObject({ status: 404, code: 'model.not_found' });
  });
});

describe('an answer that is not JSON', () => {
  const page = '<!doctype html><title>Welcome</title>';
  const html: Misbehaviour = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page);
  const detail = 'The answer is not JSON: there is something else than a registry there.';

  it('is a problem that says so, though its status is 200', async () => {
    const { client, arrived } = await aServer(html);

    expect(await refusalOf(client.getModel({ model: 'iris' }))).toMatchObject({ status: 200, message: detail });
    expect(await refusalOf(exported(client))).toMatchObject({ status: 200, message: detail });
    expect(arrived).toHaveLength(2);
  });

  it('is the problem that its status says', async () => {
    const { client } = await aServer((response) => response.writeHead(404).end(page));
    const problem = await refusalOf(client.getModel({ model: 'iris' }));

    expect(problem).toMatchObject({ status: 404, code: 'http.404', message: 'The registry answered 404.' });
  });
});

describe('a stream', () => {
  const first = '{"type":"model.created","seq":1}\n';

  it.each([
    ['within a line', '{"type":"version.regis'],
    ['between two lines', ''],
  ])('that is cut %s is an error, and not a short list', async (_, rest) => {
    const { client } = await aServer((response) => {
      response.writeHead(200, { 'content-type': 'application/jsonl' });
      response.write(first + rest, () => response.destroy());
    });
    const seen: unknown[] = [];
    const read = async () => {
      for await (const line of client.exportEvents({})) seen.push(line);
    };

    await expect(read()).rejects.toThrow('terminated');
    expect(seen).toEqual([{ type: 'model.created', seq: 1 }]);
  });

  it('that ends within a line is an error', async () => {
    const { client } = await aServer((response) => response.end(`${first}{"type":"version.regis`));

    await expect(exported(client)).rejects.toThrow('not JSON');
  });

  it.each([
    ['U+2028', '\u2028'],
    ['U+2029', '\u2029'],
    ['U+0085', '\u0085'],
  ])('does not end a line at %s, which JSON has within a text', async (_, character) => {
    const event = { type: 'version.promoted', data: { reason: `one${character}two` } };
    const { client } = await aServer((response) => response.end(`${JSON.stringify(event)}\n${first}`));

    expect(await exported(client)).toEqual([event, JSON.parse(first)]);
  });

  it('is read whole however its bytes arrive', async () => {
    const events = [{ reason: 'naïve ☂ 🚀' }, { type: 'export.completed', events: 1 }];
    const { client } = await aServer(async (response) => {
      for (const byte of Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''))) {
        response.write(Buffer.of(byte));
        await setImmediate();
      }
      response.end();
    });

    expect(await exported(client)).toEqual(events);
  });

  it('is let go of once its reader has enough', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const { client } = await aServer((response) => {
      response.on('close', resolve);
      response.write(first);
    });
    for await (const _ of client.exportEvents({})) break;

    expect(await closed).toBeUndefined();
  });
});

describe('a request', () => {
  const echo: Misbehaviour = (response) => answers(response, 200, {});

  it('has an Idempotency-Key of its own where it changes something, and none where it reads', async () => {
    const { client, arrived } = await aServer(echo);
    await client.createModel({ model: 'iris' });
    await client.createModel({ model: 'iris' });
    await client.getModel({ model: 'iris' });
    const [one, other, none] = keysOf(arrived);

    expect(one).not.toBe(other);
    expect(none).toBeUndefined();
  });

  it('says for which tenant it is, and on which revision it depends', async () => {
    const { client, arrived } = await aServer(echo, { tenant: 'acme' });
    await client.setAlias({ model: 'iris', alias: 'champion', version: 1 }, { ifMatch: 7 });

    expect(arrived[0]?.headers).toMatchObject({ 'x-signet-tenant': 'acme', 'if-match': '"7"' });
  });
});
