import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { aRegistry, demandNothing, type World } from './registry.ts';

let world: World;

beforeAll(async () => {
  world = await aRegistry();
  await demandNothing(world);
});

afterAll(() => world[Symbol.asyncDispose]());

const publish = (...words: string[]) => world.as('publisher', 'push', ...words);
const stageOf = async (version: string) =>
  JSON.parse((await world.as('reader', 'get-version', 'round', version, '--json')).output).stage;

/** Gives the publisher a role besides. */
const grant = (...roles: string[]) => {
  const arn = world.registry.credentials['publisher']?.arn ?? '';
  return world.as('admin', 'put-member', arn, ...roles.flatMap((role) => ['--roles', `role=${role}`]));
};

describe('a push that promotes', () => {
  it('says that the version is complete before it is told that it may not be promoted', async () => {
    await world.write('first', { 'a.txt': 'first' });
    const { code, output, messages } = await publish('first', '--model', 'round', '--create', '--promote', 'staging');
    expect(code).toBe(EXIT_CODES.forbidden.code);
    expect(output).toBe('');
    expect(messages).toMatch(/^round version 1 is complete\.\nsignet: This needs the role releaser/m);
    expect(await stageOf('1')).toBe('none');
  });

  it('does what is still to be done when it is repeated after the version was complete', async () => {
    await grant('publisher', 'releaser');
    await world.write('second', { 'a.txt': 'second' });
    await publish('second', '--model', 'round');

    const { code, output, messages } = await publish('first', '--model', 'round', '--promote', 'staging');

    expect(messages).toBe(
      'These files are round version 1 already, and it stays as it was registered.\nround version 1 is in staging.\n',
    );
    expect(output).toMatch(/^round version 1 is complete and in staging\.\n/);
    expect(code).toBe(0);
    expect(await stageOf('1')).toBe('staging');
  });

  it('can be repeated when everything is done', async () => {
    expect(await publish('first', '--model', 'round', '--promote', 'staging')).toMatchObject({ code: 0 });
    expect(await stageOf('1')).toBe('staging');
  });

  it('does not take a version that is still being uploaded, with other metrics, for its own', async () => {
    const [path, sha256] = ['b.txt', '3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d'];
    const files = `path=${path},bytes=1,sha256=${sha256}`;
    await world.as('publisher', 'register-version', 'round', '--files', files, '--metric', 'accuracy=0.9');
    await world.write('third', { [path]: 'b' });

    const { code, messages } = await publish('third', '--model', 'round', '--promote', 'staging');

    expect(code).toBe(EXIT_CODES.conflict.code);
    expect(messages).toContain('being uploaded as round version 3, with another metrics');
  });

  it('takes a governed version to production by way of staging, and says each step', async () => {
    await world.write('fourth', { 'a.txt': 'fourth' });
    const { code, output, messages } = await publish('fourth', '--model', 'round', '--promote', 'production');
    expect(code).toBe(0);
    expect(messages).toMatch(/^round version 4 is in staging\.\nround version 4 is in production\.$/m);
    expect(output).toContain('round version 4 is complete and in production.');
  });

  it('goes on to production from where it is', async () => {
    const { messages } = await publish('first', '--model', 'round', '--promote', 'production');
    expect(messages).toMatch(/^round version 1 is in production\. Archived: 4\.$/m);
    expect(messages).not.toContain('in staging');
  });

  it('takes a version of an open lifecycle to production at once', async () => {
    await world.as('admin', 'put-policy', '--policy', '{"lifecycle":"open"}');
    const { messages, code } = await publish('second', '--model', 'free', '--create', '--promote', 'production');
    expect(code).toBe(0);
    expect(messages).toMatch(/^free version 1 is complete\.\nfree version 1 is in production\.$/m);
  });
});
