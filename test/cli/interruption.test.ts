import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { size } from '../../cli/progress.ts';
import { PIECE_BYTES } from '../../cli/pull/partial.ts';
import { PART_BYTES } from '../../shared/domain/artifact.ts';
import { untilValidated } from '../support/validated.ts';
import { aRegistry, type World } from './registry.ts';
import { environment } from './terminal.ts';
import { type Transfer, traffic } from './traffic.ts';

const LARGE = 2 * PART_BYTES + 1_000_000;
const SMALL = 24;

let world: World;

beforeAll(async () => {
  world = await aRegistry();
  await mkdir(at('model'));
  for (let number = 0; number < SMALL; number += 1) await writeFile(at(`model/${number}.bin`), randomBytes(100_000));
  // Full of holes: it is as large for the network, and quickly made.
  await using large = await open(at('model/large.bin'), 'w');
  await large.write('begin', 0);
  await large.write('end', LARGE - 3);
});

afterAll(() => world[Symbol.asyncDispose]());

const at = (name: string) => path.join(world.person.directory, name);
const launcher = fileURLToPath(new URL('../../cli/signet.js', import.meta.url));

/** Signet in a process of its own, so that it can be killed. */
function started(profile: string, ...words: string[]): ChildProcess {
  const env = { ...environment(), SIGNET_CONFIG: world.person.config, SIGNET_PROFILE: profile };
  return spawn(process.execPath, [launcher, ...words], { cwd: world.person.directory, env, stdio: 'ignore' });
}

/** Runs it until so many transfers are through, kills it, and tells which were. */
async function killedAfter(
  transfers: number,
  method: 'PUT' | 'GET',
  profile: string,
  ...words: string[]
): Promise<readonly Transfer[]> {
  let kill = () => {};
  using seen = traffic(method, () => {
    if (seen.transfers.length === transfers) kill();
  });
  const child = started(profile, ...words);
  kill = () => child.kill('SIGKILL');
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
  return [...seen.transfers];
}

const nameOf = ({ object, part, range }: Transfer) => `${object} ${part ?? range ?? ''}`;
const sum = (transfers: readonly Transfer[]) => transfers.reduce((bytes, transfer) => bytes + transfer.bytes, 0);

describe('a push that is killed', () => {
  it('goes on with the same version, and sends nothing again that was there', async () => {
    const before = await killedAfter(6, 'PUT', 'publisher', 'push', 'model', '--model', 'iris', '--create');
    using after = traffic('PUT');
    const { code, output } = await world.person.signet(['push', 'model', '--model', 'iris', '--json'], {
      env: { SIGNET_PROFILE: 'publisher' },
    });

    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ version: 1, state: 'complete' });
    const again = new Set(before.map(nameOf));
    expect(after.transfers.map(nameOf).filter((name) => again.has(name))).toEqual([]);
    expect(after.transfers.length).toBeGreaterThan(0);
    // Less when the kill came between the last byte of something and the answer to it.
    expect(sum(before) + sum(after.transfers)).toBeLessThanOrEqual(LARGE + SMALL * 100_000);
  });
});

describe('a pull that is killed', () => {
  // It reads the files too.
  beforeAll(() => untilValidated(world.registry.services, 'acme', 'iris', 1));

  it('goes on with what it has, and every file is proved', async () => {
    const before = await killedAfter(8, 'GET', 'reader', 'pull', 'iris', '1', '--to', 'back');
    const whole = (await readdir(at('back'))).filter((name) => name.endsWith('.bin'));
    const pieces = await finishedPieces();

    using after = traffic('GET');
    const { code, output } = await world.person.signet(['pull', 'iris', '1', '--to', 'back'], {
      env: { SIGNET_PROFILE: 'reader' },
    });

    expect(code).toBe(0);
    expect(output).toContain(`Fetched      ${size(sum(after.transfers))}\n`);
    expect(before.length).toBeGreaterThanOrEqual(8);
    const [longest] = Map.groupBy(after.transfers, ({ object }) => object)
      .values()
      .toArray()
      .toSorted((a, b) => b.length - a.length);
    expect(longest).toHaveLength(Math.ceil(LARGE / PIECE_BYTES) - pieces);
    expect(after.transfers).toHaveLength(SMALL - whole.length + Math.ceil(LARGE / PIECE_BYTES) - pieces);
    expect((await readdir(at('back'))).sort()).toEqual((await readdir(at('model'))).sort());
  });

  it('begins anew with a file that was damaged meanwhile', async () => {
    await killedAfter(3, 'GET', 'reader', 'pull', 'iris', '1', '--to', 'damaged');
    await damageLeftovers();

    const { code } = await world.person.signet(['pull', 'iris', '1', '--to', 'damaged'], {
      env: { SIGNET_PROFILE: 'reader' },
    });

    expect(code).toBe(0);
    const read = async (folder: string) =>
      Buffer.compare(await readFile(at(`${folder}/large.bin`)), await readFile(at('model/large.bin')));
    expect(await read('damaged')).toBe(0);
  });
});

/** How many pieces the killed pull has noted. */
async function finishedPieces(): Promise<number> {
  const lists = (await readdir(at('back/.signet-pull'))).filter((name) => name.endsWith('.pieces'));
  const texts = await Promise.all(lists.map((name) => readFile(at(`back/.signet-pull/${name}`), 'utf8')));
  return texts.join('').split('\n').length - 1;
}

/** Flips the first byte of everything that is left over, and claims that all pieces are there. */
async function damageLeftovers(): Promise<void> {
  const folder = at('damaged/.signet-pull');
  for (const name of (await readdir(folder)).filter((one) => !one.endsWith('.pieces'))) {
    await using file = await open(path.join(folder, name), 'r+');
    await file.write('X', 0);
    if ((await file.stat()).size < PIECE_BYTES) continue;
    await file.truncate(LARGE);
    await writeFile(
      path.join(folder, `${name}.pieces`),
      Array.from({ length: 9 }, (_, piece) => `${piece}\n`).join(''),
    );
  }
}
