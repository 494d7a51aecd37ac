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

  it('takes the principal that AWS_PROFILE names, if it is one of the registry', async () => {
    for (const [AWS_PROFILE, who] of [
      ['signet-releaser', 'releaser'],
      ['work', 'admin'],
    ] as const) {
      const words = ['init', '--endpoint', world.registry.endpoint, '--directory', world.data];
      const { output } = await world.person.signet(words, { env: { SIGNET_CONFIG: 'env.json', AWS_PROFILE } });
      expect(output).toContain(`:user/${who},`);
    }
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
    expect(messages).toContain('--endpoint');
  });
});
