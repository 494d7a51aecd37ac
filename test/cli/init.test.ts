import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { aRegistry, type World } from './registry.ts';

let world: World;

beforeAll(async () => {
  world = await aRegistry();
});

afterAll(() => world[Symbol.asyncDispose]());

describe('signet init', () => {
  const config = { SIGNET_CONFIG: 'init.json' };
  const init = (...words: string[]) =>
    world.person.signet(['init', '--endpoint', world.registry.endpoint, ...words], { env: config });

  it('recognises an embedded registry by its keys, proves who calls, and says who else could', async () => {
    const { code, output, messages } = await init('--directory', world.data);
    expect(output).toMatch(/^You are aws:\d{12}:user\/admin, in acme, at http/);
    expect(messages).toContain('signet-releaser');
    expect(code).toBe(0);
    expect(await world.person.signet(['status'], { env: config })).toMatchObject({ code: 0 });
  });

  it('keeps several profiles', async () => {
    await init('--directory', world.data, '--aws-profile', 'signet-reader', '--profile', 'reading');
    const me = (...words: string[]) => world.person.signet(['who-am-i', '--json', ...words], { env: config });
    expect(JSON.parse((await me()).output).principal).toMatch(/admin$/);
    expect(JSON.parse((await me('--profile', 'reading')).output).principal).toMatch(/reader$/);
  });

  it('takes whom the environment names, and nobody else in their place', async () => {
    const as = (env: Readonly<Record<string, string>>) =>
      world.person.signet(['init', '--endpoint', world.registry.endpoint, '--directory', world.data], {
        env: { SIGNET_CONFIG: 'env.json', ...env },
      });
    expect((await as({ AWS_PROFILE: 'signet-releaser' })).output).toContain(':user/releaser,');

    const wrong = await as({ AWS_PROFILE: 'work' });
    expect(wrong).toMatchObject({ code: EXIT_CODES.forbidden.code, output: '' });
    expect(wrong.messages).toContain('AWS_PROFILE=work is not in');

    const [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY] = ['AKIAX', 'x'];
    expect(await as({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY })).toMatchObject({ code: EXIT_CODES.forbidden.code });
    expect(await readFile(world.at('env.json'), 'utf8')).toContain('"awsProfile": "signet-releaser"');
  });

  it('writes no keys down, and nobody in place of whoever had them', async () => {
    const { accessKeyId = '', secretAccessKey = '' } = world.registry.credentials['reader'] ?? {};
    const env = { SIGNET_CONFIG: 'keys.json', AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const words = ['init', '--endpoint', world.registry.endpoint, '--directory', world.data];
    expect((await world.person.signet(words, { env })).output).toContain(':user/reader,');
    const written = await readFile(world.at('keys.json'), 'utf8');
    expect(written).not.toContain(secretAccessKey);
    expect(written).not.toContain('awsProfile');
  });

  it('keeps to its only tenant when the principal is taken into another one', async () => {
    await init('--directory', world.data, '--aws-profile', 'signet-reader', '--profile', 'two');
    const arn = world.registry.credentials['reader']?.arn ?? '';
    await world.as('globex-admin', 'put-member', arn, '--roles', 'role=reader');
    expect(await world.person.signet(['status', '--profile', 'two'], { env: config })).toMatchObject({ code: 0 });
  });

  it('writes no profile that does not work', async () => {
    const failed = [
      await init('--directory', world.data, '--profile', 'bad', '--tenant', 'globex'),
      await init('--directory', world.data, '--profile', 'bad', '--aws-profile', 'nobody'),
      await init('--directory', 'nowhere', '--profile', 'bad'),
    ];
    expect(failed.map(({ code }) => code)).toEqual(
      [EXIT_CODES.absent, EXIT_CODES.forbidden, EXIT_CODES.usage].map(({ code }) => code),
    );
    expect(await readFile(world.at('init.json'), 'utf8')).not.toContain('bad');
  });

  it('says what to do where there is no registry', async () => {
    const { code, messages } = await world.person.signet(['init'], { env: { SIGNET_CONFIG: 'other.json' } });
    expect(code).toBe(EXIT_CODES.usage.code);
    expect(messages).toMatch(/^signet: There is no registry in \.signet\.\n {2}Next: .*`npm start`.*--endpoint/);
  });
});
