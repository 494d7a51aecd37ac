import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { echoRegistry } from './echo-registry.ts';
import { aRegistryWithVersions, demandNothing, type World } from './registry.ts';

let world: World;

beforeAll(async () => {
  world = await aRegistryWithVersions();
  await demandNothing(world);
});

afterAll(() => world[Symbol.asyncDispose]());

const read = (...words: string[]) => world.as('reader', ...words);
const release = (...words: string[]) => world.as('releaser', ...words);

describe('the way of a version', () => {
  it('leads to staging: the newest complete version, unless told', async () => {
    expect(await release('promote', 'iris', '--to', 'staging')).toMatchObject({
      code: 0,
      output: 'iris version 3 is in staging.\n',
    });
    expect((await release('promote', 'iris:1', '--to', 'staging')).output).toBe('iris version 1 is in staging.\n');
  });

  it('leads to production: the version in staging, unless told; the former one is archived', async () => {
    expect((await release('promote', 'iris', '--to', 'production')).output).toBe('iris version 1 is in production.\n');
    const { output } = await release('promote', 'iris:3', '--to', 'production', '--json');
    expect(JSON.parse(output)).toMatchObject({ version: { version: 3, stage: 'production' }, archived: [1] });
  });

  it('is refused where the lifecycle has none, with what may be done', async () => {
    const { code, messages } = await release('promote', 'iris:2', '--to', 'production');
    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toContain('staging');
  });

  it('leads back by rollback, which shows what it will do, and needs a yes', async () => {
    const asked = await release('rollback', 'iris', '--reason', 'Too slow.');
    expect(asked.code).toBe(EXIT_CODES.usage.code);
    expect(asked.messages).toMatch(
      /iris: version 3 leaves production, and version 1 comes back .+\n.+there is nobody to ask.\n.+--yes/u,
    );
    expect((await read('resolve-version', 'iris', 'production', '--json')).output).toContain('"version": 3');

    const done = await release('rollback', 'iris', '--reason', 'Too slow.', '--yes');
    expect(done).toMatchObject({ code: 0, output: 'iris version 1 is in production. Archived: 3.\n' });
  });

  it('leads back no further than there was something', async () => {
    const { code, messages } = await release('rollback', 'iris', '--reason', 'Again.', '--steps', '7', '--yes');
    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toContain('cannot go back 7');
  });

  it('ends in the archive', async () => {
    await release('promote', 'iris:2', '--to', 'staging');
    expect((await release('archive', 'iris:staging', '--reason', 'No.')).output).toBe('iris version 2 is archived.\n');
    expect(await release('archive', 'iris')).toMatchObject({ code: EXIT_CODES.usage.code });
  });
});

describe('what is where', () => {
  it('is shown for one model', async () => {
    const { output } = await read('status', 'iris');
    expect(output).toMatch(/production {2}1/);
    expect(output).toMatch(/^3 {8}complete {2}archived {4}accuracy=0.93/m);
  });

  it('is shown for all', async () => {
    expect((await read('status')).output).toMatch(/^MODEL.+\niris {3}governed {3}1/);
    expect(JSON.parse((await read('status', '--json')).output).items).toHaveLength(1);
  });

  it('is not shown to strangers', async () => {
    expect((await world.as('globex-admin', 'status')).output).toBe('None.\n');
  });

  it('has a history, by stage, by alias, and at a time', async () => {
    const { output } = await read('history', 'iris', '--json');
    const { items } = JSON.parse(output);
    expect(items.map(({ versions }: { versions: number[] }) => versions)).toEqual(expect.arrayContaining([[1], [3]]));

    const before = await read('history', 'iris', '--at', '2020-01-01');
    expect(before).toMatchObject({ code: 0, output: 'None.\n' });
    await release('set-alias', 'iris', 'champion', '3');
    expect((await read('history', 'iris', '--alias', 'champion')).output).toMatch(/Z {2}3 {9}aws:/);
  });

  it.each([
    ['2026-03-04', '2026-03-04T23:59:59.999Z'],
    ['2026-03-04+01:00', '2026-03-04T22:59:59.999Z'],
    ['2026-03-04T12:00', '2026-03-04T12:00:00.000Z'],
    ['2026-03-04T12:00Z', '2026-03-04T12:00:00.000Z'],
    ['2026-03-04T12:00:30+0200', '2026-03-04T10:00:30.000Z'],
  ])('had a history at %s, which means %s', async (at, expected) => {
    await using echo = await echoRegistry(() => ({ body: { items: [] } }));
    await world.as('reader', 'history', 'iris', '--at', at, '--endpoint', echo.endpoint);
    expect(new URL(echo.arrived[0]?.url ?? '', echo.endpoint).searchParams.get('at')).toBe(expected);
  });

  it('has on a day what it had at its end: today what it has now', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const { items } = JSON.parse((await read('history', 'iris', '--at', today, '--json')).output);
    expect(items).toMatchObject([{ versions: [1] }]);
  });

  it.each(['yesterday', '2026-02-30', '2026-03-04 12:00', '2026-03-04T25:00', '2026', '20260304'])(
    'has no history at %s',
    async (at) => {
      const { code, messages } = await read('history', 'iris', '--at', at);
      expect(messages).toContain('--at: expected a day, or a time such as 2026-03-04T12:00Z');
      expect(code).toBe(EXIT_CODES.usage.code);
    },
  );
});
