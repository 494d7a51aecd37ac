import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { partsOf } from '../../shared/domain/artifact.ts';
import type { Client } from '../../shared/http/client.ts';
import { safetensorsOf } from '../domain/format/files.ts';
import { calling, pickle } from '../domain/format/pickles.ts';
import { aDirectory } from '../support/directory.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant } from '../support/registry.ts';
import { serving } from '../support/registry-process.ts';
import { aModelOf, aVersionWith, filesOf, sendAll } from '../support/setting-up.ts';

const registry = await aRegistry();
const weights = () => safetensorsOf({ __metadata__: { of: aName('weights') } }, Buffer.alloc(0));
const TIMEOUT = { timeout: 30_000 };

describe('a version that is completed', () => {
  it('is read by the registry, and promoted where the policy wants that', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.admin.putPolicy({ model, policy: { autoPromote: 'staging' } });
    const version = await aVersionWith(tenant, model, { 'model.safetensors': weights() });
    const look = () => tenant.reader.getVersion({ model, version });

    await expect.poll(async () => (await look()).stage, TIMEOUT).toBe('staging');
    expect(await look()).toMatchObject({
      evidence: {
        formats: [{ format: 'safetensors', files: 1 }],
        checks: { 'signet/sha256': { outcome: 'success', revision: 1 } },
      },
    });
    const { items } = await tenant.reader.listEvents({ model });
    expect(items.slice(0, 3).map(({ type }) => type)).toEqual([
      'version.promoted',
      'version.validated',
      'version.completed',
    ]);
  });

  it('goes nowhere when loading it would run something', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.admin.putPolicy({
      model,
      policy: { autoPromote: 'staging', gates: { staging: [{ check: 'signet/pickle' }] } },
    });
    const contents = { 'model.pkl': pickle(4, calling('builtins', 'eval', aName('1'))) };
    const version = await aVersionWith(tenant, model, contents);
    const outcome = async () => {
      const { items } = await tenant.reader.listChecks({ model, version });
      return items.find(({ check }) => check === 'signet/pickle')?.summary;
    };

    await expect.poll(outcome, TIMEOUT).toBe('model.pkl names builtins.eval.');
    await expect(tenant.releaser.promoteVersion({ model, version, stage: 'staging' })).rejects.toMatchObject({
      code: 'transition.refused',
    });
    expect((await tenant.reader.getVersion({ model, version })).stage).toBe('none');
  });

  it('is read too when it is large, and came in parts', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const size = 65 * 2 ** 20;
    const header = { a: { dtype: 'U8', shape: [size], data_offsets: [0, size] } };
    const content = safetensorsOf(header, Buffer.alloc(size, aName('weights')));
    const [file] = filesOf({ 'model.safetensors': content });
    const parts = Array.from({ length: partsOf(content.length) }, (_, at) =>
      content.subarray(at * 2 ** 26, (at + 1) * 2 ** 26),
    );
    const sha256s = parts.flatMap((part) => filesOf({ part }).map(({ sha256 }) => sha256));
    const { version, uploads } = await tenant.publisher.registerVersion({
      model,
      files: [{ path: 'model.safetensors', bytes: content.length, sha256: file?.sha256 ?? '', parts: sha256s }],
    });
    for (const { part, request } of uploads) {
      const { 'content-length': _, ...headers } = request.headers;
      const body = new Uint8Array(parts[(part ?? 1) - 1] ?? []);
      expect(await fetch(request.url, { method: 'PUT', headers, body })).toMatchObject({ status: 200 });
    }
    await tenant.publisher.completeVersion({ model, version: version.version });
    const formats = async () => (await tenant.reader.getVersion({ model, version: version.version })).evidence.formats;

    await expect.poll(formats, TIMEOUT).toEqual([{ format: 'safetensors', files: 1 }]);
  });
});

describe('a registry that is killed while it validates', () => {
  const KILLS = 30;

  it(`has validated every version in the end, each once, after ${KILLS} times`, { timeout: 300_000 }, async () => {
    const directory = await aDirectory();
    const completed: { model: string; version: number }[] = [];
    for (let kills = 0; kills < KILLS; kills += 1) {
      const { as, child, ended } = await serving(directory);
      const [admin, publisher] = [await as('admin'), await as('publisher')];
      if (kills === 0) {
        await publisher.createModel({ model: 'killed' });
        await admin.putPolicy({ model: 'killed', policy: { autoPromote: 'staging' } });
      }
      completed.push(await complete(publisher));
      await setTimeout(Math.random() * 60);
      child.kill('SIGKILL');
      await ended;
    }
    const registry = await serving(directory);
    const publisher = await registry.as('publisher');
    const stages = async () => {
      const { items } = await publisher.listVersions({ model: 'killed', limit: 100 });
      return items.map(({ stage }) => stage);
    };
    await expect.poll(stages, { timeout: 60_000 }).toEqual(completed.map(() => 'staging'));

    const { items } = await publisher.listEvents({ model: 'killed', limit: 100 });
    const { items: more } = await publisher.listEvents({ model: 'killed', limit: 100, order: 'ascending' });
    const events = new Map([...items, ...more].map((event) => [event.id, event]));
    for (const type of ['version.validated', 'version.promoted']) {
      const versions = [...events.values()].filter((event) => event.type === type).map(({ version }) => version);
      expect(
        versions.toSorted((a, b) => Number(a) - Number(b)),
        type,
      ).toEqual(completed.map(({ version }) => version));
    }
  });

  async function complete(publisher: Client) {
    const contents = { 'a.safetensors': weights(), 'b.safetensors': weights() };
    const { version, uploads } = await publisher.registerVersion({ model: 'killed', files: filesOf(contents) });
    await sendAll(uploads, contents);
    await publisher.completeVersion({ model: 'killed', version: version.version });
    return { model: 'killed', version: version.version };
  }
});
