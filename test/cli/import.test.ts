import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registryClient } from '../../shared/http/client.ts';
import { anOrigin, type Origin, TOKEN } from './origin.ts';
import { aRegistry, type World } from './registry.ts';
import type { Printed } from './terminal.ts';

let there: World;
let here: World;
let origin: Origin;

beforeAll(async () => {
  const artifacts = await mkdtemp(path.join(tmpdir(), 'signet-origin-'));
  await mkdir(path.join(artifacts, '1/model/data'), { recursive: true });
  await writeFile(path.join(artifacts, '1/model/MLmodel'), 'flavors: {}');
  await writeFile(path.join(artifacts, '1/model/data/model.bin'), 'bytes of the model');
  [there, here] = await Promise.all([aRegistry(), aRegistry()]);
  origin = await anOrigin(there, artifacts);
  await filled(origin);
  const client = clientOf(here);
  const { principal } = await client.whoAmI({});
  const roles = (['admin', 'publisher', 'releaser', 'reviewer'] as const).map((role) => ({ role }));
  await client.putMember({ principal, roles });
  await client.putPolicy({ policy: { lifecycle: 'open' } });
}, 60_000);

afterAll(async () => {
  await origin[Symbol.asyncDispose]();
  await Promise.all([there[Symbol.asyncDispose](), here[Symbol.asyncDispose]()]);
});

const clientOf = ({ registry: { endpoint, region, credentials } }: World) => {
  const { accessKeyId = '', secretAccessKey = '' } = credentials['globex-admin'] ?? {};
  return registryClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
};

/** Models as people have them: a copy, a gap, an alias, stages, a prompt, files here and there. */
async function filled({ mlflow }: Origin): Promise<void> {
  const version = (name: string, source: string, more: object = {}) =>
    mlflow('/model-versions/create', { name, source, ...more });
  await mlflow('/registered-models/create', { name: 'a-copy' });
  await mlflow('/registered-models/create', {
    name: 'fraud',
    description: 'Flags payments.',
    tags: [{ key: 'team', value: 'risk' }],
  });
  await version('fraud', 's3://bucket/1', { run_id: 'r1', description: 'First.', tags: [{ key: 'a', value: '1' }] });
  await version('fraud', 's3://bucket/2');
  await version('fraud', 'mlflow-artifacts:/1/model', { run_id: 'r3' });
  await clientOf(there).deleteVersion({ model: 'fraud', version: 2 });
  await mlflow('/registered-models/alias', { name: 'fraud', alias: 'champion', version: '3' });
  await mlflow('/model-versions/transition-stage', { name: 'fraud', version: '1', stage: 'Archived' });
  await mlflow('/model-versions/transition-stage', { name: 'fraud', version: '3', stage: 'Production' });
  await version('a-copy', 'models:/fraud/1');
  const prompt = { key: 'mlflow.prompt.is_prompt', value: 'true' };
  await mlflow('/registered-models/create', { name: 'greeting', tags: [prompt] });
  const words = { key: 'mlflow.prompt.text', value: 'Hello {{name}}!' };
  await version('greeting', 'dummy-source', { tags: [prompt, words] });
}

const imported = (...words: string[]): Promise<Printed> =>
  here.person.signet(['import', 'mlflow', '--from', origin.uri, ...words], {
    env: { SIGNET_PROFILE: 'globex-admin', MLFLOW_TRACKING_TOKEN: TOKEN },
  });

const events = async () => {
  const { items } = await clientOf(here).listEvents({ limit: 100 });
  return items.length;
};

describe('signet import mlflow', () => {
  it('shows what it would do, and does nothing', async () => {
    const before = await events();
    const { code, output } = await imported('--dry-run');

    expect(output).toMatch(/^Would import 3 models, 4 versions, 1 alias, 2 stages from http/);
    expect(code).toBe(0);
    expect(await events()).toBe(before);
  });

  it('imports one model alone, and says when there is none of that name', async () => {
    expect(await imported('--model', 'absent')).toMatchObject({ code: 4, messages: expect.stringContaining('absent') });
    expect((await imported('--model', 'greeting')).output).toMatch(/^Imported 1 model, 1 version from/);
    expect((await clientOf(here).getVersion({ model: 'greeting', version: 1 })).tags).toMatchObject({
      'mlflow.prompt.text': 'Hello {{name}}!',
    });
  });

  it('goes on where it was, wherever it is interrupted', async () => {
    const endings: number[] = [];
    // What is read takes nine requests; files are asked for in the midst of what is written.
    for (const requests of [9, 10, 13]) {
      origin.breakAfter(requests);
      endings.push((await imported('--bytes')).code);
    }
    origin.breakAfter(Number.POSITIVE_INFINITY);
    const { output } = await imported();
    const { items } = await clientOf(here).listVersions({ model: 'fraud' });

    expect(endings).toEqual([6, 6, 6]);
    expect(output).toMatch(/There before \d models?/);
    expect(items.map(({ version, tags }) => [version, tags['origin.version']]).sort()).toEqual([
      [1, '1'],
      [3, '3'],
    ]);
  }, 60_000);

  it('keeps numbers, names, stages, and where everything came from', async () => {
    const { code, output } = await imported();
    const client = clientOf(here);

    expect({ code, output }).toMatchObject({ code: 0 });
    expect(await client.getModel({ model: 'fraud' })).toMatchObject({
      aliases: { champion: 3 },
      production: [3],
      versions: 3,
    });
    expect(await client.getVersion({ model: 'fraud', version: 3 })).toMatchObject({
      source: 'mlflow-artifacts:/1/model',
      stage: 'production',
      lineage: { runId: 'r3' },
      tags: {
        'origin.registry': origin.uri,
        'origin.version': '3',
        'origin.created': expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    });
    expect(await client.getVersion({ model: 'a-copy', version: 1 })).toMatchObject({ source: 'models:/fraud/1' });
  });

  it('changes nothing the second time, and says so', async () => {
    const before = await events();
    const { code, output } = await imported();

    expect(output).toMatch(/^There is nothing new at http/);
    expect(output).toContain('There before 3 models, 4 versions, 1 alias, 2 stages');
    expect(code).toBe(0);
    expect(await events()).toBe(before);
  });

  it('says of a version that the origin itself keeps where its files are there', async () => {
    const folder = await there.write('kept', { 'model.bin': 'bytes' });
    await there.as('globex-admin', 'push', folder, '--model', 'kept', '--create');
    const { code, output } = await imported('--model', 'kept');

    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('Imported 1 model, 1 version') });
    expect(await clientOf(here).getVersion({ model: 'kept', version: 1 })).toMatchObject({
      source: expect.stringMatching(/^http:.*\/api\/2\.0\/mlflow-artifacts\/artifacts\/./),
    });
  });

  it('refuses an origin that is none, or that does not know who asks', async () => {
    const at = (from: string, env = {}) =>
      here.person.signet(['import', 'mlflow', '--from', from], { env: { SIGNET_PROFILE: 'globex-admin', ...env } });

    expect(await at('sqlite:///mlflow.db')).toMatchObject({ code: 2, messages: expect.stringContaining('--from') });
    expect(await at(origin.uri)).toMatchObject({ code: 3, messages: expect.stringContaining('MLFLOW_TRACKING_TOKEN') });
  });
});

describe('signet import mlflow into a governed tenant', () => {
  const governed = (...words: string[]) =>
    here.person.signet(['import', 'mlflow', '--from', origin.uri, ...words], {
      env: { SIGNET_PROFILE: 'admin', MLFLOW_TRACKING_TOKEN: TOKEN },
    });

  beforeAll(async () => {
    const { endpoint, region, credentials } = here.registry;
    const { accessKeyId = '', secretAccessKey = '' } = credentials['admin'] ?? {};
    const client = registryClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
    const { principal } = await client.whoAmI({});
    const roles = (['admin', 'publisher', 'releaser'] as const).map((role) => ({ role }));
    await client.putMember({ principal, roles });
  });

  it('brings files along, reports what the policy refuses, and ends with 1', async () => {
    const { code, output, messages } = await governed('--model', 'fraud', '--bytes');

    expect(output).toContain('Files        of 1 version');
    expect(output).toMatch(/fraud: version 1: its files stay at s3:\/\/bucket\/1/);
    expect(output).toMatch(/Refused:\n {2}fraud: version 1 in Archived: .*\n {2}fraud: version 3 in Production: /);
    expect(messages).toContain('2 things could not be imported.');
    expect(code).toBe(1);
    const shown = JSON.parse((await here.as('admin', 'get-version', 'fraud', '3', '--json')).output);
    expect(shown).toMatchObject({ state: 'complete', artifact: { files: 2 }, tags: { 'origin.version': '3' } });
    const again = await governed('--model', 'fraud', '--bytes');
    expect(again.output).not.toContain('Files');
  });

  it('needs the roles of whoever registers', async () => {
    const printed = await here.person.signet(['import', 'mlflow', '--from', origin.uri, '--model', 'greeting'], {
      env: { SIGNET_PROFILE: 'reader', MLFLOW_TRACKING_TOKEN: TOKEN },
    });

    expect(printed).toMatchObject({ code: 3, messages: expect.stringContaining('role publisher') });
  });
});
