import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { aRegistry, type World } from './registry.ts';

let world: World;

/** An encoder in production, a detector and a scorer that need it, and alarms that need the detector. */
beforeAll(async () => {
  world = await aRegistry();
  const push = async (model: string, ...needs: string[]) => {
    await world.write('.', { 'model.bin': `bytes of ${model}` });
    const dependsOn = needs.flatMap((one) => ['--depends-on', one]);
    await world.as('publisher', 'push', 'model.bin', '--model', model, '--create', ...dependsOn);
  };
  await push('encoder');
  await push('detector', 'encoder:1');
  await push('scorer', 'encoder:1');
  await push('alarms', 'detector:1', 'scorer:1');
  for (const model of ['encoder', 'detector']) await world.as('releaser', 'promote', model, '--to', 'staging');
});

afterAll(() => world[Symbol.asyncDispose]());

const signet = (...words: string[]) => world.as('reader', ...words);

describe('signet impact', () => {
  it('draws what needs a version, each once, with where it is', async () => {
    const { code, output } = await signet('impact', 'encoder:1');

    expect(code).toBe(EXIT_CODES.ok.code);
    expect(output.trimEnd().split('\n')).toEqual([
      'encoder:1  staging',
      expect.stringMatching(/^[├└]─ (detector:1 {2}staging|scorer:1 {2}none)$/),
      expect.stringMatching(/^(│ {2}└─ alarms:1 {2}none|[├└]─ (detector:1|scorer:1) .*)$/),
      expect.stringMatching(/(alarms:1 {2}none|(detector|scorer):1 .*)$/),
      '',
      '3 versions need it, 1 of them in staging or production.',
    ]);
  });

  it('draws with --needs what a version needs, and no more steps than --depth says', async () => {
    expect((await signet('impact', 'alarms:1', '--needs', '--depth', '1')).output.trimEnd().split('\n')).toEqual([
      'alarms:1  none',
      '├─ detector:1  staging',
      '└─ scorer:1  none',
      '',
      'It needs 2 versions, 1 of them in staging or production.',
    ]);
    expect((await signet('impact', 'alarms:1')).output).toBe('alarms:1  none\n\nNo version needs it.\n');
  });

  it('is JSON with --json', async () => {
    const { output } = await signet('impact', 'detector:staging', '--json');

    expect(JSON.parse(output)).toMatchObject({
      model: 'detector',
      version: 1,
      stage: 'staging',
      items: [{ model: 'alarms', version: 1, depth: 1, via: { model: 'detector', version: 1 } }],
    });
  });

  it('takes a depth of 1 to 20', async () => {
    expect(await signet('impact', 'encoder:1', '--depth', '21')).toMatchObject({ code: EXIT_CODES.usage.code });
  });
});

it('a version that is needed is archived by an admin with --force and --reason alone, and it is said what needs it', async () => {
  const archive = (who: 'releaser' | 'admin', ...words: string[]) => world.as(who, 'archive', 'encoder:1', ...words);
  const refused = await archive('releaser');

  expect(refused).toMatchObject({ code: EXIT_CODES.refused.code });
  expect(refused.messages).toContain(
    'encoder version 1 is needed by detector:1 (staging): archive what needs it first',
  );
  expect(await archive('releaser', '--force', '--reason', 'Leaks.')).toMatchObject({ code: EXIT_CODES.forbidden.code });
  expect(await archive('admin', '--force', '--reason', 'Leaks.')).toMatchObject({
    output: 'encoder version 1 is archived.\n',
  });
});
