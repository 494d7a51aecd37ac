import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { aKeyPair } from '../domain/record.ts';
import { seal } from '../support/seal.ts';
import { aRegistryWithVersions, type World } from './registry.ts';

let world: World;

beforeAll(async () => {
  world = await aRegistryWithVersions();
  await seal(world.registry.services, 'acme');
  await world.as('releaser', 'promote', 'iris:1', '--to', 'staging', '--reason', 'Too slow.');
  await seal(world.registry.services, 'acme');
  await world.as('publisher', 'create-model', 'wine');
});

afterAll(() => world[Symbol.asyncDispose]());

/** Somebody who has what was exported, and nothing else: neither keys nor a registry. */
const auditor = (...words: string[]) => world.person.signet(['audit', ...words], { env: { SIGNET_CONFIG: 'none' } });

async function exported(name: string): Promise<string> {
  await rm(world.at(name), { recursive: true, force: true });
  expect(await world.as('reader', 'audit', 'export', name)).toMatchObject({ code: 0 });
  return name;
}

/** An export in which one file was changed. */
async function forged(file: string, change: (text: string) => string): Promise<string> {
  const name = await exported('forged');
  const place = world.at(`${name}/${file}`);
  await writeFile(place, change(await readFile(place, 'utf8')));
  return name;
}

describe('A1: the whole record, checked by whoever has neither keys nor a registry', () => {
  it('is exported into a directory, and proved', async () => {
    const name = await exported('record');
    expect((await readdir(world.at(name))).sort()).toEqual(['checkpoints.jsonl', 'events.jsonl', 'key.pem']);

    const { code, output, messages } = await auditor('verify', name);
    expect(output).toMatch(
      /\d+ events in 3 chains, 2 checkpoints, the last of \S+: proved\n1 event of these no checkpoint has yet\.\n$/,
    );
    expect(messages).toContain('Name the one that you trust with --key.');
    expect(code).toBe(0);
  });

  it('is proved with the key that is trusted, against a checkpoint that was kept, and told as JSON', async () => {
    const name = await exported('record');
    await writeFile(world.at('trusted.pem'), await readFile(world.at('record/key.pem'), 'utf8'));
    const [first] = (await readdir(`${world.data}/checkpoints/t/acme`)).sort();
    const kept = `${world.data}/checkpoints/t/acme/${first}`;

    const { code, output, messages } = await auditor(
      'verify',
      name,
      '--key',
      'trusted.pem',
      '--checkpoint',
      kept,
      '--json',
    );
    expect(messages).toBe('');
    expect(JSON.parse(output)).toMatchObject({ checkpoints: 2, chains: [{ first: 1 }, { first: 1 }, { first: 1 }] });
    expect(code).toBe(0);
  });

  it('is refused with the first bad event when one was changed', async () => {
    const name = await forged('events.jsonl', (text) => text.replace('Too slow.', 'As told.'));
    const { code, messages, output } = await auditor('verify', name);

    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toMatch(/Line \d+ of events\.jsonl, chain acme\/[0-9A-Z]{26}, event 11: Its hash is not that/);
    expect(output).toContain('not proved');
  });

  it('is refused with the first missing event when its end was cut off', async () => {
    const cut = (text: string) => {
      const events = text.trimEnd().split('\n').slice(0, -1);
      const kept = events.filter((line) => !line.includes('version.promoted'));
      return `${[...kept, JSON.stringify({ type: 'export.completed', events: kept.length })].join('\n')}\n`;
    };
    const { code, messages } = await auditor('verify', await forged('events.jsonl', cut));

    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toMatch(/chain acme\/[0-9A-Z]{26}, event 11: Checkpoint 2 has event 11 of it, .* cut off/);
  });

  it('is refused with the checkpoint when that was changed', async () => {
    const name = await forged('checkpoints.jsonl', (text) => text.replace('"seq":10', '"seq":9'));
    const { code, messages } = await auditor('verify', name, '--json');

    expect(code).toBe(EXIT_CODES.refused.code);
    expect(JSON.parse(messages).detail).toMatch(
      /Line \d+ of checkpoints\.jsonl, checkpoint 1: What was signed are other/,
    );
  });

  it('is refused when it is not signed by the key that is trusted', async () => {
    await writeFile(world.at('other.pem'), aKeyPair().publicKey);
    const { code, messages } = await auditor('verify', await exported('record'), '--key', 'other.pem');

    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toContain('It is not signed by the key that is trusted.');
  });

  it('is refused when it does not go as far as a checkpoint that was kept', async () => {
    const name = await forged('checkpoints.jsonl', (text) => {
      const lines = text.trimEnd().split('\n');
      const end = lines.findIndex((line) => line.includes('"type":"checkpoint"'));
      return `${[...lines.slice(0, end + 1), JSON.stringify({ type: 'export.completed', checkpoints: 1 })].join('\n')}\n`;
    });
    const last = (await readdir(`${world.data}/checkpoints/t/acme`)).sort().at(-1);
    const kept = `${world.data}/checkpoints/t/acme/${last}`;
    const { code, messages } = await auditor('verify', name, '--checkpoint', kept);

    expect(code).toBe(EXIT_CODES.refused.code);
    expect(messages).toContain('the end is missing');
  });

  it('has no key before there is a checkpoint, and its chains are proved all the same', async () => {
    expect(await world.as('globex-admin', 'audit', 'export', 'young')).toMatchObject({ code: 0 });
    expect(await auditor('verify', 'young')).toMatchObject({
      code: 0,
      output: expect.stringContaining('0 checkpoints: proved'),
    });
  });

  it('is written into no directory that has something in it, and takes no part of the events', async () => {
    await mkdir(world.at('full'), { recursive: true });
    await appendFile(world.at('full/mine.txt'), 'mine');
    for (const words of [['full'], ['new', '--model', 'iris'], ['new', '-o', 'events.jsonl']])
      expect(await world.as('reader', 'audit', 'export', ...words)).toMatchObject({ code: EXIT_CODES.usage.code });
    expect(await readdir(world.at('full'))).toEqual(['mine.txt']);
  });

  it('takes no key for events alone, and none that is no key', async () => {
    await exported('record');
    const usage = EXIT_CODES.usage.code;
    expect(await auditor('verify', 'record/events.jsonl', '--key', 'record/key.pem')).toMatchObject({ code: usage });
    expect(await auditor('verify', 'record', '--key', 'record/events.jsonl')).toMatchObject({ code: usage });
  });
});

describe('the proof of one event', () => {
  it('is asked for by anybody who may read it, and checked by whoever gets it', async () => {
    const { output } = await world.as('reader', 'get-proof', '11', '--model', 'iris', '--json');
    await writeFile(world.at('proof.json'), output);
    await exported('record');

    const { code, output: shown } = await auditor('check-proof', 'proof.json', '--key', 'record/key.pem');
    expect(shown).toContain('Too slow.');
    expect(shown).toMatch(/proved\n$/);
    expect(code).toBe(0);
    expect(await auditor('check-proof', 'proof.json')).toMatchObject({ messages: expect.stringContaining('--key') });
  });

  it('does not convince when the event was changed, or when somebody else signed', async () => {
    await writeFile(world.at('other.pem'), aKeyPair().publicKey);
    const text = await readFile(world.at('proof.json'), 'utf8');
    await writeFile(world.at('forged.json'), text.replace('Too slow.', 'As told.'));

    const refused = EXIT_CODES.refused.code;
    expect(await auditor('check-proof', 'forged.json')).toMatchObject({ code: refused });
    expect(await auditor('check-proof', 'proof.json', '--key', 'other.pem')).toMatchObject({ code: refused });
    expect(await auditor('check-proof', 'record/events.jsonl')).toMatchObject({ code: EXIT_CODES.usage.code });
  });
});
