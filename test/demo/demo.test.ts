import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openRegistry } from '../../local/registry.ts';
import { registryClient } from '../../shared/http/client.ts';

const root = path.join(import.meta.dirname, '..', '..');

/** Plays the demo as `npm run demo` does. */
async function play(...words: string[]): Promise<{ printed: string; code: number | null }> {
  const { SIGNET_ENDPOINT: _, ...env } = process.env;
  const child = spawn(process.execPath, [path.join(root, 'demo', 'main.ts'), ...words], {
    env: { ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const printed = await text(child.stdout);
  return { printed, code: await closed };
}

/** The directories of demos, under way or forgotten. */
async function leftovers(): Promise<string[]> {
  const hidden = path.join(root, '.signet');
  await mkdir(hidden, { recursive: true, mode: 0o700 });
  return (await readdir(hidden)).filter((name) => name.startsWith('demo-'));
}

describe('the demo', { timeout: 90_000 }, () => {
  it('tells the whole story, in which every claim holds, and leaves nothing behind', async () => {
    const before = await leftovers();

    const { printed, code } = await play();

    expect(printed.split('\n').filter((line) => line.trim().startsWith('✗'))).toEqual([]);
    // Which it is depends on when the validation of a version comes to its end.
    const told = printed.replace(/event \d+/g, 'event N');
    for (const claim of CLAIMS) expect(told).toContain(`✓ ${claim}`);
    expect(printed).toMatch(/All \d+ claims held, in [\d.]+ s\.\n$/);
    expect(printed).not.toContain(root);
    expect(code).toBe(0);
    expect(await leftovers()).toEqual(before);
  });

  it('ends with 1 at the first claim that does not hold: here the publisher is a releaser as well', async () => {
    await using registry = await aRegistryWherePublishersRelease();

    const { printed, code } = await play('--endpoint', registry.endpoint, '--credentials', registry.credentialsFile);

    expect(printed).toMatch(
      /This is not as claimed: "signet promote penguins-\w+:1 --to staging" ends with exit code 3/,
    );
    expect(printed).not.toContain('claims held');
    expect(code).toBe(1);
  });

  it('says what is wrong with a registry that it is given: here there are no keys for it', async () => {
    const { printed, code } = await play('--endpoint', 'http://127.0.0.1:1', '--credentials', 'none');

    expect(printed).toContain('There are no AWS credentials');
    expect(code).toBe(1);
  });
});

const CLAIMS = [
  'Version 2 is better than version 1',
  'Trained again, the forest is the same to the last byte',
  'The publisher is refused with 403 caller.forbidden, and nothing moved',
  'held-out.csv was not sent again: the registry has it',
  'The registry shows how the secret ends, and no more',
  'The refusal is event N of the record, and nothing moved',
  'Now nothing is missing any more',
  'The vote was for another card, and is void',
  'A rollback that could break callers is refused, unless somebody insists',
  'Version 2 alone is in production',
  'Asking changed nothing: version 1 would come back, and version 2 leave',
  'Version 1 alone is in production again',
  'It was version 1',
  '103 of 103 predictions are those of the model that was pushed',
  'All 9 moves and refusals arrived, with signatures that hold',
  'The damaged file was found, and named',
  'The answer is 404, word for word that for a model that never was',
  'The forgery was found, and event N named',
  'The forgery was found, and event N named',
  'The files of version 2 are gone: event N of the record says so',
  'Version 1 is in production as before, and every file of it is there',
];

async function aRegistryWherePublishersRelease() {
  await using stack = new AsyncDisposableStack();
  const made = await mkdtemp(path.join(tmpdir(), 'signet-demo-test-'));
  const directory = stack.adopt(made, (one) => rm(one, { recursive: true, force: true }));
  const registry = stack.adopt(await openRegistry({ directory, port: 0 }), (one) => one.close());
  const { admin, publisher } = registry.credentials;
  if (!admin || !publisher) throw new Error('The registry has no admin and no publisher.');
  const { endpoint, region, credentialsFile } = registry;
  const client = registryClient({ endpoint, region, credentials: admin });
  await client.putMember({ principal: publisher.arn, roles: [{ role: 'publisher' }, { role: 'releaser' }] });
  const owned = stack.move();
  return { endpoint, credentialsFile, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
