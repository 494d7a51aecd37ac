import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { profilesFile, readProfiles, writeProfile } from '../../cli/profiles.ts';
import { settled } from '../../cli/settings.ts';
import { type EchoRegistry, echoRegistry } from './echo-registry.ts';
import { madeUp } from './keys.ts';
import { type Terminal, terminal } from './terminal.ts';

let registry: EchoRegistry;
let person: Terminal;

const me = { principal: 'aws:111122223333:user/Ann', deploymentAdmin: false, tenants: [{ tenant: 'acme', roles: [] }] };

beforeAll(async () => {
  registry = await echoRegistry(() => ({ body: me }));
  person = await terminal();
  const profile = await madeUp(registry.endpoint, person.directory);
  await person.profile('default', profile);
  await person.profile('work', { ...profile, tenant: 'globex' });
});

afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await person[Symbol.asyncDispose]();
});

describe('settings', () => {
  const profile = { endpoint: 'http://profile', region: 'eu-west-1', tenant: 'of-profile', awsProfile: 'of-profile' };
  const env = { SIGNET_ENDPOINT: 'http://env', SIGNET_REGION: 'eu-west-2', SIGNET_TENANT: 'of-env' };
  const options = { endpoint: 'http://option', region: 'eu-west-3', tenant: 'of-option', awsProfile: 'of-option' };

  it('come from options before the environment, and from that before the profile', () => {
    expect(settled(options, env, profile)).toEqual(options);
    expect(settled({}, env, profile)).toEqual({
      endpoint: 'http://env',
      region: 'eu-west-2',
      tenant: 'of-env',
      awsProfile: 'of-profile',
    });
    expect(settled({}, {}, profile)).toEqual(profile);
  });

  it('take the AWS profile that AWS_PROFILE names before that of the profile, whatever its name', () => {
    const embedded = { ...profile, credentialsFile: '.signet/credentials' };
    for (const of of [profile, embedded]) {
      expect(settled({}, { AWS_PROFILE: 'work' }, of).awsProfile).toBe('work');
      expect(settled({}, { AWS_PROFILE: '' }, of).awsProfile).toBe('of-profile');
      expect(settled(options, { AWS_PROFILE: 'work' }, of).awsProfile).toBe('of-option');
    }
  });

  it('take the keys of the environment before any profile but that of an option', () => {
    const keys = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'secret', AWS_PROFILE: 'work' };
    expect(settled({}, keys, profile)).not.toHaveProperty('awsProfile');
    expect(settled(options, keys, profile).awsProfile).toBe('of-option');
    expect(settled({}, { AWS_ACCESS_KEY_ID: 'AKIAENV' }, profile).awsProfile).toBe('of-profile');
  });

  it('know the region of an endpoint of API Gateway', () => {
    const endpoint = 'https://a1b2c3.execute-api.ap-south-1.amazonaws.com/prod';
    expect(settled({ endpoint }, { AWS_REGION: 'us-east-1' }, undefined).region).toBe('ap-south-1');
  });

  it('take the region of AWS where nothing else tells it', () => {
    expect(settled({ endpoint: 'http://a' }, { AWS_REGION: 'us-east-2' }, undefined).region).toBe('us-east-2');
    expect(() => settled({ endpoint: 'http://a' }, {}, undefined)).toThrow('region');
  });
});

describe('whose keys sign', () => {
  const signed = async (env: Readonly<Record<string, string>>, ...words: string[]) => {
    registry.arrived.length = 0;
    expect(await person.signet(['who-am-i', ...words], { env })).toMatchObject({ code: 0 });
    const { authorization, ...headers } = registry.arrived[0]?.headers ?? {};
    const [, accessKeyId] = /Credential=(\w+)\//.exec(String(authorization)) ?? [];
    return { accessKeyId, token: headers['x-amz-security-token'] };
  };
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'secret' };

  it('is what the profile says, where nothing else is said', async () => {
    expect(await signed({})).toEqual({ accessKeyId: 'AKIAMADEUP', token: undefined });
  });

  it('are those of the environment, which may be for a session', async () => {
    expect(await signed(keys)).toEqual({ accessKeyId: 'AKIAENV', token: undefined });
    expect(await signed({ ...keys, AWS_PROFILE: 'work' })).toMatchObject({ accessKeyId: 'AKIAENV' });
    expect(await signed({ ...keys, AWS_SESSION_TOKEN: 'token' })).toEqual({ accessKeyId: 'AKIAENV', token: 'token' });
  });

  it('are those of the profile that an option names, whatever the environment has', async () => {
    expect(await signed(keys, '--aws-profile', 'made-up')).toMatchObject({ accessKeyId: 'AKIAMADEUP' });
  });

  it('are never those of somebody else, where AWS_PROFILE names nobody', async () => {
    registry.arrived.length = 0;
    const { code, messages } = await person.signet(['who-am-i'], { env: { AWS_PROFILE: 'work' } });
    expect(messages).toBe(
      `signet: AWS_PROFILE=work is not in ${person.directory}/.credentials.\n` +
        '  Next: Unset AWS_PROFILE, or choose with --aws-profile: made-up.\n',
    );
    expect(code).toBe(3);
    expect(registry.arrived).toEqual([]);
  });

  it('have to be said where a profile leaves it open', async () => {
    const { awsProfile: _, ...open } = await madeUp(registry.endpoint, person.directory);
    await person.profile('open', open);
    const { code, messages } = await person.signet(['who-am-i', '--profile', 'open']);
    expect(messages).toMatch(/^signet: No profile of .+ is chosen\.\n {2}Next: Choose with --aws-profile: made-up\.$/m);
    expect(code).toBe(3);
  });
});

describe('profiles', () => {
  it.each([
    [['who-am-i'], {}, undefined],
    [['who-am-i', '--profile', 'work'], {}, 'globex'],
    [['who-am-i'], { SIGNET_PROFILE: 'work' }, 'globex'],
    [['who-am-i', '--tenant', 'other'], { SIGNET_PROFILE: 'work' }, 'other'],
  ])('%j with %j call for the tenant %s', async (words, env, tenant) => {
    registry.arrived.length = 0;
    expect(await person.signet(words, { env })).toMatchObject({ code: 0 });
    expect(registry.arrived[0]?.headers['x-signet-tenant']).toBe(tenant);
  });

  it('are kept where the platform keeps configuration', () => {
    const directory = '/somewhere';
    expect(profilesFile({ env: { SIGNET_CONFIG: 'mine.json' }, directory })).toBe('/somewhere/mine.json');
    expect(profilesFile({ env: { XDG_CONFIG_HOME: '/config' }, directory })).toBe('/config/signet/config.json');
    expect(profilesFile({ env: { HOME: '/home/ann' }, directory })).toMatch(/^\/home\/ann\/.+signet.config\.json$/);
  });

  it('are all kept, however many are written at once', async () => {
    const config = `${person.directory}/at-once.json`;
    const names = Array.from({ length: 20 }, (_, number) => `p${number}`);
    await Promise.all(names.map((name) => writeProfile(config, name, { endpoint: `http://${name}` })));
    expect(Object.keys(await readProfiles(config)).toSorted()).toEqual(names.toSorted());
    expect(await readdir(person.directory)).not.toContain('at-once.json.new');
  });

  it('are written although somebody was killed while they wrote some', async () => {
    const config = `${person.directory}/killed.json`;
    await writeFile(`${config}.new`, '{"prof');
    await utimes(`${config}.new`, new Date('2026-01-01'), new Date('2026-01-01'));
    await writeProfile(config, 'mine', { endpoint: 'http://mine' });
    expect(await readProfiles(config)).toEqual({ mine: { endpoint: 'http://mine' } });
  });

  it('leave nothing in the way of the next when they cannot be written', async () => {
    const config = `${person.directory}/broken.json`;
    await writeFile(config, 'not JSON');
    await expect(writeProfile(config, 'mine', { endpoint: 'http://mine' })).rejects.toThrow('not a configuration');
    expect(await readdir(person.directory)).not.toContain('broken.json.new');
    expect(await readFile(config, 'utf8')).toBe('not JSON');
  });

  it('that are damaged are not guessed at', async () => {
    const config = `${person.directory}/damaged.json`;
    await writeFile(config, '{"profiles":{"default":{"endpoint":7}}}');
    const { code, messages } = await person.signet(['who-am-i'], { env: { SIGNET_CONFIG: config } });
    expect(code).toBe(2);
    expect(messages).toContain('damaged.json is not a configuration of signet.\n  profiles.default.endpoint: ');
  });

  it('are needed, unless the endpoint is told', async () => {
    const { code, messages } = await person.signet(['who-am-i'], { env: { SIGNET_CONFIG: 'none.json' } });
    expect(code).toBe(2);
    expect(messages).toContain('signet init');
  });
});
