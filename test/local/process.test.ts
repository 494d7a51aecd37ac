import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readCredentials } from '../../local/principals.ts';
import { apiSigner } from '../../shared/http/signer.ts';
import { aDirectory } from '../support/directory.ts';
import { dynamoDb } from '../support/dynamodb-table.ts';
import { freePort } from '../support/free-port.ts';
import { aName } from '../support/names.ts';
import { keysOf, serving, start } from '../support/registry-process.ts';

const dynamo = await dynamoDb();
const files = [{ path: 'a.txt', bytes: 5, sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824' }];

describe('npm start', () => {
  it('answers within two seconds, and says where and how', async () => {
    const directory = await aDirectory();
    const starts = [];
    for (let run = 1; run <= 3; run += 1) {
      const begun = performance.now();
      const registry = await serving(directory);
      await fetch(`${registry.endpoint}/health`);
      starts.push(performance.now() - begun);
      registry.child.kill('SIGTERM');
      await registry.ended;
      expect(registry.output()).toContain(`AWS_SHARED_CREDENTIALS_FILE=${path.join(directory, 'credentials')}`);
    }

    // The machine may be busy with other tests: the quickest of three.
    expect(Math.min(...starts)).toBeLessThan(2_000);
  });

  it('makes two tenants, with keys that nobody else may read', async () => {
    const directory = path.join(await aDirectory(), 'new', 'place');
    const registry = await serving(directory);

    expect((await stat(path.join(directory, 'credentials'))).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(directory, 'secret'))).mode & 0o777).toBe(0o600);
    const people = await Promise.all(
      Object.keys((await readCredentials(path.join(directory, 'credentials'))) ?? {}).map(async (name) => {
        const { deploymentAdmin, tenants } = await (await registry.as(name)).whoAmI({});
        return [name, deploymentAdmin, ...tenants.map(({ tenant, roles }) => `${roles[0]?.role} of ${tenant}`)];
      }),
    );
    expect(people).toEqual([
      ['admin', true, 'admin of acme'],
      ['publisher', false, 'publisher of acme'],
      ['reviewer', false, 'reviewer of acme'],
      ['releaser', false, 'releaser of acme'],
      ['reader', false, 'reader of acme'],
      ['globex-admin', false, 'admin of globex'],
    ]);
  });

  it('writes a line for each event and each request that failed', async () => {
    const registry = await serving(await aDirectory());
    await (await registry.as('publisher')).createModel({ model: 'fraud detector' });
    await (await registry.as('reader')).createModel({ model: 'other' }).catch(() => {});
    await fetch(`${registry.endpoint}/v1/models`);

    await expect
      .poll(registry.output)
      .toMatch(/^\d\d:\d\d:\d\d model.created fraud detector by user\/publisher of acme$/m);
    await expect.poll(registry.errors).toMatch(/^\d\d:\d\d:\d\d 403 caller.forbidden createModel by user\/reader$/m);
    await expect.poll(registry.errors).toMatch(/^\d\d:\d\d:\d\d 401 caller.unknown GET \/v1\/models$/m);
  });

  it('writes none of them when it is to be quiet', async () => {
    const registry = await serving(await aDirectory(), ['--quiet']);
    const welcome = registry.output();
    await (await registry.as('publisher')).createModel({ model: 'm' });
    await fetch(`${registry.endpoint}/v1/models`);
    await setTimeout(100);

    expect([registry.output(), registry.errors()]).toEqual([welcome, '']);
  });

  it('keeps everything over a restart: models, keys, cursors and the URLs that it signed', async () => {
    const directory = await aDirectory();
    const before = await serving(directory);
    const port = new URL(before.endpoint).port;
    const publisher = await before.as('publisher');
    for (const model of ['a', 'b', 'c']) await publisher.createModel({ model });
    const { uploads } = await publisher.registerVersion({ model: 'a', files });
    const { cursor = '' } = await publisher.listModels({ limit: 1 });
    before.child.kill('SIGTERM');
    await before.ended;

    const after = await serving(directory, ['--port', port]);
    expect(await (await after.as('publisher')).listModels({ limit: 2, cursor })).toMatchObject({
      items: [{ name: 'b' }, { name: 'c' }],
    });
    const { url = '', method, headers } = uploads?.[0]?.request ?? {};
    expect(await fetch(url, { method: method ?? '', headers: headers ?? {}, body: 'hello' })).toMatchObject({
      status: 200,
    });
    expect(await (await after.as('publisher')).completeVersion({ model: 'a', version: 1 })).toMatchObject({
      state: 'complete',
    });
  });

  it('keeps nothing where it is to be ephemeral, and lets its clock be put forward', async () => {
    const started = start(['--ephemeral', '--port', '0']);
    await expect.poll(started.output, { timeout: 10_000 }).toContain('npx signet init');
    const [, file = ''] = /AWS_SHARED_CREDENTIALS_FILE=(\S+)/.exec(started.output()) ?? [];
    expect((await stat(file)).isFile()).toBe(true);
    const [, endpoint = ''] = /--endpoint (\S+)/.exec(started.output()) ?? [];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        path.resolve(import.meta.dirname, '../../cli/signet.js'),
        'clock',
        'advance',
        '48h',
        '--endpoint',
        endpoint,
        '--region',
        'us-east-1',
        '--aws-profile',
        'signet-admin',
        '--json',
      ],
      { env: { ...process.env, AWS_SHARED_CREDENTIALS_FILE: file } },
    );
    expect(Date.parse(JSON.parse(stdout).now) - Date.now()).toBeGreaterThan(47 * 60 * 60_000);
    started.child.kill('SIGTERM');

    expect(await started.ended).toEqual({ code: 0, signal: null });
    await expect(stat(path.dirname(file))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('signs the URLs of files for the name that others know it by', async () => {
    const directory = await aDirectory();
    const port = await freePort();
    const registry = await serving(directory, ['--port', String(port), '--url', 'https://registry.invalid']);
    const publisher = await registry.as('publisher', `http://127.0.0.1:${port}`);
    await publisher.createModel({ model: 'm' });
    const { uploads = [] } = await publisher.registerVersion({ model: 'm', files });
    const { url = '', method, headers = {} } = uploads[0]?.request ?? {};
    expect(url).toMatch(/^https:\/\/registry.invalid\/artifacts\//);

    // As whatever stands before it would send it on.
    const { pathname, search, host } = new URL(url);
    const put = httpRequest({ port, method, path: pathname + search, headers: { ...headers, host } }).end('hello');
    const [answer] = (await once(put, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(200);
    expect(await publisher.completeVersion({ model: 'm', version: 1 })).toMatchObject({ state: 'complete' });
  });

  it('names this machine where it listens on all addresses, and tells what others need', async () => {
    const directory = await aDirectory();
    const registry = await serving(directory, ['--host', '0.0.0.0']);
    const publisher = await registry.as('publisher');
    await publisher.createModel({ model: 'm' });
    const { uploads = [] } = await publisher.registerVersion({ model: 'm', files });

    expect(registry.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(uploads[0]?.request?.url).toContain(`${registry.endpoint}/artifacts/`);
    expect(registry.output()).toContain('For other machines: start it with --url');
    expect(registry.output()).not.toContain('0.0.0.0');
  });

  it.each([
    [[], false],
    [['--host', '0.0.0.0', '--url', 'http://registry.example:7070'], false],
    [['--host', '0.0.0.0'], true],
  ])('speaks of other machines only where it listens to them and has no name: %j', async (args, speaks) => {
    const registry = await serving(await aDirectory(), args);

    expect(registry.output().includes('For other machines')).toBe(speaks);
  });

  it('prints a command that makes whoever types it a caller of it', async () => {
    const directory = path.join(await aDirectory(), "it's here");
    const registry = await serving(directory, ['--region', 'eu-west-1']);
    const [, command = ''] = /^ {2}npx (signet init .+)$/m.exec(registry.output()) ?? [];
    const env = { PATH: process.env['PATH'], SIGNET_CONFIG: path.join(directory, 'config.json') };
    const shell = promisify(execFile)(
      'sh',
      ['-c', `${process.execPath} cli/${command.replace('signet', 'signet.js')}`],
      {
        cwd: path.resolve(import.meta.dirname, '../..'),
        env,
      },
    );

    expect((await shell).stdout).toBe(`You are aws:000000000001:user/admin, in acme, at ${registry.endpoint}.\n`);
  });

  it.skipIf(dynamo.isMissing)('keeps its table in DynamoDB where it is told to', async () => {
    const { client } = dynamo.connect();
    const { protocol, hostname, port } = (await client.config.endpoint?.()) ?? { protocol: '', hostname: '', port: 0 };
    const args = ['--dynamodb', `${protocol}//${hostname}:${port}`];
    const model = aName('model');
    const directory = await aDirectory();
    const registry = await serving(directory, args);
    await (await registry.as('publisher')).createModel({ model });
    await expect.poll(registry.output).toContain(`model.created ${model} by user/publisher`);
    const second = start(['--directory', directory, '--port', '0', ...args]);
    expect(await second.ended).toMatchObject({ code: 1 });
    registry.child.kill('SIGTERM');
    await registry.ended;

    const elsewhere = await serving(await aDirectory(), args);
    expect(await (await elsewhere.as('reader')).getModel({ model })).toMatchObject({ name: model });
  });
});

describe('principal add', () => {
  it('makes keys that a running registry knows at once', async () => {
    const directory = await aDirectory();
    const registry = await serving(directory);
    const added = start(['principal', 'add', 'ann', '--directory', directory]);

    expect(await added.ended).toMatchObject({ code: 0 });
    expect(added.output()).toContain('npx signet put-member arn:aws:iam::000000000001:user/ann');
    expect(await (await registry.as('ann')).whoAmI({})).toMatchObject({
      principal: 'aws:000000000001:user/ann',
      tenants: [],
    });
    expect(await (await registry.as('reader')).whoAmI({})).toMatchObject({ tenants: [{ tenant: 'acme' }] });
  });

  it('does not take a name twice, nor keys where there is no registry', async () => {
    const directory = await aDirectory();
    const early = start(['principal', 'add', 'ann', '--directory', directory]);
    expect(await early.ended).toMatchObject({ code: 1 });
    expect(early.errors()).toBe(`signet: There is no registry in ${directory} yet. Start it first: npm start\n`);

    await serving(directory);
    const twice = start(['principal', 'add', 'reader', '--directory', directory]);
    expect(await twice.ended).toMatchObject({ code: 1 });
    expect(twice.errors()).toContain('There is a principal reader already');
  });
});

describe('the end', () => {
  it('comes after the requests that are under way', async () => {
    const directory = await aDirectory();
    const registry = await serving(directory);
    const { host, hostname, port } = new URL(registry.endpoint);
    const body = JSON.stringify({ model: 'last' });
    const request = { method: 'POST', protocol: 'http:', hostname, path: '/v1/models', headers: { host }, body };
    const { headers } = await apiSigner('us-east-1', await keysOf(directory, 'publisher')).sign(request);
    const sent = httpRequest({ port, ...request, headers: { ...headers, 'content-length': body.length } });
    sent.write(body.slice(0, 5));
    await setTimeout(100);

    registry.child.kill('SIGINT');
    await expect.poll(registry.output).toContain('Ending.');
    await expect(fetch(`${registry.endpoint}/health`)).rejects.toThrow('fetch failed');
    sent.end(body.slice(5));
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();

    expect(answer.statusCode).toBe(201);
    expect(await registry.ended).toEqual({ code: 0, signal: null });
    expect(await (await (await serving(directory)).as('reader')).getModel({ model: 'last' })).toMatchObject({
      revision: 1,
    });
  });

  it('comes at once when it is asked for again', async () => {
    const registry = await serving(await aDirectory());
    const held = httpRequest({ port: new URL(registry.endpoint).port, method: 'POST', path: '/v1/models' });
    held.on('error', () => {});
    held.write('{');
    await setTimeout(100);
    registry.child.kill('SIGINT');
    // What npm sends on is not a second request.
    registry.child.kill('SIGINT');
    await setTimeout(700);
    expect(registry.child.exitCode).toBeNull();

    registry.child.kill('SIGINT');
    expect(await registry.ended).toEqual({ code: 130, signal: null });
  });

  it('comes within five seconds, whoever still sends', async () => {
    const registry = await serving(await aDirectory());
    const held = httpRequest({ port: new URL(registry.endpoint).port, method: 'POST', path: '/v1/models' });
    held.on('error', () => {});
    held.write('{');
    await setTimeout(100);
    const begun = performance.now();
    registry.child.kill('SIGTERM');

    expect(await registry.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - begun).toBeLessThan(6_500);
  });
});
