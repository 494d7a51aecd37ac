import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openRegistry } from '../../local/registry.ts';
import { type Client, registryClient } from '../../shared/http/client.ts';
import { apiSigner } from '../../shared/http/signer.ts';
import { aDirectory } from '../support/directory.ts';
import { LENIENT } from '../support/lenient.ts';
import { filesOf, sendAll } from '../support/setting-up.ts';

const DAY = 86_400;

async function aRegistryThat({ movable }: { readonly movable: boolean }) {
  const registry = await openRegistry({ directory: await aDirectory(), port: 0, movable });
  onTestFinished(() => registry.close());
  const { endpoint, region, credentials } = registry;
  const as = (who: string): Client => registryClient({ endpoint, region, credentials: keysOf(who) });
  const keysOf = (who: string) => {
    const keys = credentials[who];
    if (!keys) throw new Error(`expected a ${who}`);
    return keys;
  };

  /** Puts the clock forward, as somebody who is signed at the time of the machine. */
  async function advance(seconds: unknown, who = 'admin', body = JSON.stringify({ seconds })) {
    const { protocol, hostname, host } = new URL(endpoint);
    const headers = { host, 'content-type': 'application/json' };
    const request = { method: 'POST', protocol, hostname, path: '/clock', headers, query: {}, body };
    const signed = await apiSigner(region, keysOf(who)).sign(request);
    const { host: _, ...others } = signed.headers;
    const response = await fetch(`${endpoint}/clock`, { method: 'POST', headers: others, body });
    return { status: response.status, body: (await response.json()) as { readonly now: string } };
  }
  return { ...registry, as, advance };
}

/** A version in production, and one whose files go once it was archived for 30 days. */
async function twoVersions({ as }: Awaited<ReturnType<typeof aRegistryThat>>) {
  const [admin, publisher, releaser] = [as('admin'), as('publisher'), as('releaser')];
  await admin.putPolicy({ policy: { ...LENIENT, retention: { artifactHoldDays: 30, productionStableDays: 14 } } });
  await publisher.createModel({ model: 'iris' });
  for (const version of [1, 2]) {
    const contents = { 'model.bin': `bytes of ${version}` };
    const { uploads } = await publisher.registerVersion({ model: 'iris', files: filesOf(contents) });
    await sendAll(uploads, contents);
    await publisher.completeVersion({ model: 'iris', version });
    await releaser.promoteVersion({ model: 'iris', version, stage: 'staging' });
    await releaser.promoteVersion({ model: 'iris', version, stage: 'production' });
  }
}

describe('the clock of a registry that keeps nothing', () => {
  it('lets time pass, and retention does what it does meanwhile, when it is its time', {
    timeout: 120_000,
  }, async () => {
    const registry = await aRegistryThat({ movable: true });
    await twoVersions(registry);
    const begun = Date.now();

    expect(await registry.advance(29 * DAY)).toMatchObject({ status: 200 });
    await expect(registry.as('reader').getDownload({ model: 'iris', version: 1 })).resolves.toBeDefined();
    const { body } = await registry.advance(2 * DAY);

    expect(Date.parse(body.now) - begun).toBeGreaterThanOrEqual(31 * DAY * 1_000);
    const { items } = await registry.as('reader').listEvents({ model: 'iris', limit: 100 });
    const deleted = items.filter(({ type }) => type === 'artifact.deleted');
    expect(deleted).toMatchObject([{ version: 1 }]);
    const days = (Date.parse(deleted[0]?.at ?? '') - begun) / (DAY * 1_000);
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThan(30.2);
    await expect(registry.as('reader').getDownload({ model: 'iris', version: 1 })).rejects.toMatchObject({
      status: 410,
    });
    await expect(registry.as('reader').getDownload({ model: 'iris', version: 2 })).resolves.toBeDefined();
  });

  it('goes on as that of the machine does, and whoever signs goes by theirs', async () => {
    const registry = await aRegistryThat({ movable: true });
    const first = await registry.advance(3_600);
    await setTimeout(20);
    const second = await registry.advance(60);

    expect(Date.parse(second.body.now) - Date.parse(first.body.now)).toBeGreaterThanOrEqual(60_020);
    await expect(registry.as('reader').listModels({})).resolves.toMatchObject({ items: [] });
  });

  it.each<[what: string, seconds: unknown]>([
    ['none', undefined],
    ['text', '3600'],
    ['back', -1],
    ['no whole number', 1.5],
    ['more than 400 days', 400 * DAY + 1],
  ])('400: takes no %s', async (_, seconds) => {
    const registry = await aRegistryThat({ movable: true });

    expect(await registry.advance(seconds)).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', issues: [{ field: 'seconds' }] },
    });
  });

  it('403: is for the admin of the deployment', async () => {
    const registry = await aRegistryThat({ movable: true });

    for (const who of ['publisher', 'globex-admin'])
      expect(await registry.advance(60, who)).toMatchObject({ status: 403, body: { code: 'caller.forbidden' } });
  });

  it('401: is not put forward by whoever does not sign', async () => {
    const { endpoint } = await aRegistryThat({ movable: true });

    expect(await fetch(`${endpoint}/clock`, { method: 'POST', body: '{"seconds":60}' })).toMatchObject({ status: 401 });
  });

  it('409: is the machine’s where a registry keeps its data', async () => {
    const registry = await aRegistryThat({ movable: false });

    expect(await registry.advance(60)).toMatchObject({ status: 409, body: { code: 'clock.fixed' } });
    expect(Math.abs(registry.services.now().getTime() - Date.now())).toBeLessThan(1_000);
  });
});
