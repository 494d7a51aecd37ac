import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { aRegistryWithVersions, type World } from './registry.ts';

let world: World;

beforeAll(async () => {
  world = await aRegistryWithVersions();
  await world.as('releaser', 'promote', 'iris:1', '--to', 'staging', '--reason', 'Too slow.');
});

afterAll(() => world[Symbol.asyncDispose]());

const read = (...words: string[]) => world.as('reader', ...words);

describe('the record', () => {
  it('can be exported and proved offline, by model and whole', async () => {
    for (const words of [['--model', 'iris'], []]) {
      expect(await read('audit', 'export', ...words, '-o', 'events.jsonl')).toMatchObject({ code: 0, output: '' });
      const { code, output } = await world.person.signet(['audit', 'verify', 'events.jsonl'], {
        env: { SIGNET_CONFIG: 'none' },
      });
      expect(output).toMatch(/\d+ events in \d+ chains?: proved\n$/);
      expect(code).toBe(0);
    }
  });

  it('can go from one to the other', async () => {
    const { output } = await read('audit', 'export', '--model', 'iris');
    const verdict = await world.person.signet(['audit', 'verify', '-', '--json'], { input: output });
    expect(JSON.parse(verdict.output)).toMatchObject({ chains: [{ model: 'iris', first: 1 }] });
    expect((await read('export-events', '--model', 'iris')).output).toBe(output);
  });

  it('is refused when it was changed, with the first bad event', async () => {
    await read('audit', 'export', '--model', 'iris', '-o', 'events.jsonl');
    const text = await readFile(world.at('events.jsonl'), 'utf8');
    await writeFile(world.at('forged.jsonl'), text.replace('Too slow.', 'As told.'));

    const { code, messages, output } = await world.person.signet(['audit', 'verify', 'forged.jsonl']);

    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toMatch(/Line \d+, chain acme\/[0-9A-Z]{26}, event \d+: Its hash is not that of its content/);
    expect(output).toContain('not proved');
  });

  it('is said to be as it was written up to the fault, only where something was proved', async () => {
    const forged = await world.person.signet(['audit', 'verify', 'forged.jsonl']);
    expect(forged.messages).toContain('What comes before it is as it was written.');
    const other = await world.person.signet(['audit', 'verify', '-'], { input: 'root:x:0:0:root:/root:/bin/sh\n' });
    expect(other.messages).toMatch(/^signet: Line 1: It is not JSON\.\n {2}Next: Nothing is proved\. /);
    expect(other.messages).not.toContain('as it was written');
  });

  it('is refused when it was cut off', async () => {
    const lines = (await readFile(world.at('events.jsonl'), 'utf8')).split('\n');
    await writeFile(world.at('cut.jsonl'), lines.slice(0, -2).join('\n'));
    const { code, messages } = await world.person.signet(['audit', 'verify', 'cut.jsonl']);
    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toContain('cut off');
  });

  it('leaves an older export alone when it fails', async () => {
    await copyFile(world.at('events.jsonl'), world.at('kept.jsonl'));
    expect(await read('audit', 'export', '--model', 'nothing', '-o', 'kept.jsonl')).toMatchObject({
      code: EXIT_CODES.absent.code,
    });
    expect(await readFile(world.at('kept.jsonl'), 'utf8')).toBe(await readFile(world.at('events.jsonl'), 'utf8'));
  });
});
