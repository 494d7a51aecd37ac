import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeProfile } from '../../cli/profiles.ts';
import { PIECE_BYTES } from '../../cli/pull/partial.ts';
import { PART_BYTES } from '../../shared/domain/artifact.ts';
import { type Measured, measured } from './measured.ts';

const GIGABYTES = 2;
const BYTES = GIGABYTES * 1_000_000_000;
const MEMORY_MAX = 300;

interface Moved {
  readonly moved: 'in' | 'out';
  readonly name: string;
  readonly bytes: number;
}

let directory: string;
let server: Measured;
/** What went over the wire since it was emptied, and who wants to hear of it. */
let moved: Moved[] = [];
let heard: (all: readonly Moved[]) => void = () => {};

const at = (name: string) => path.join(directory, name);
const serve = fileURLToPath(new URL('./serve.ts', import.meta.url));
const launcher = fileURLToPath(new URL('../../cli/signet.js', import.meta.url));

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'signet-large-'));
  await writeRandom(at('model.bin'));
  server = measured(serve, [at('data')], {});
  if (!server.child.stdout) throw new Error('The registry has no output.');
  const lines = createInterface({ input: server.child.stdout });
  const [first] = (await once(lines, 'line')) as [string];
  lines.on('line', (text: string) => {
    moved.push(JSON.parse(text) as Moved);
    heard(moved);
  });
  const profile = JSON.parse(first);
  for (const name of ['publisher', 'reader']) {
    await writeProfile(at('config.json'), name, { ...profile, awsProfile: `signet-${name}` });
  }
});

afterAll(async () => {
  server.child.kill();
  await server.ended();
  await rm(directory, { recursive: true });
});

async function writeRandom(file: string): Promise<void> {
  await using handle = await open(file, 'w');
  const block = Buffer.allocUnsafe(2 ** 24);
  for (let left = BYTES; left > 0; left -= block.length) {
    await handle.writeFile(randomFillSync(block).subarray(0, Math.min(left, block.length)));
  }
}

const signet = (profile: string, ...words: string[]) =>
  measured(launcher, words, { SIGNET_CONFIG: at('config.json'), SIGNET_PROFILE: profile });

/** Runs to the end, and tells how long that took, in seconds, and what went over the wire. */
async function whole(profile: string, ...words: string[]) {
  moved = [];
  const begun = performance.now();
  const run = signet(profile, ...words);
  expect(await run.ended()).toBe(0);
  return { seconds: (performance.now() - begun) / 1000, memory: run.peak(), moved };
}

/** Runs until so many transfers came to their end, and kills it. */
async function killed(direction: Moved['moved'], transfers: number, profile: string, ...words: string[]) {
  moved = [];
  const run = signet(profile, ...words);
  heard = (all) => {
    if (all.filter((one) => one.moved === direction).length === transfers) run.child.kill('SIGKILL');
  };
  expect(await run.ended()).toBe('SIGKILL');
  heard = () => {};
  return { memory: run.peak(), moved };
}

const names = (all: readonly Moved[], direction: Moved['moved']) =>
  all.filter((one) => one.moved === direction).map(({ name }) => name);
const report = (what: string, seconds: number, bytes: number, memory: number) =>
  console.log(`${what}: ${seconds.toFixed(1)} s, ${(bytes / 1e6 / seconds).toFixed(0)} MB/s, ${memory.toFixed(0)} MiB`);

const PUSH = ['push', 'model.bin', '--model', 'large', '--create'];

it(`pushes ${GIGABYTES} GB in constant memory, and after a kill sends no finished part again`, async () => {
  const push = PUSH.with(1, at('model.bin'));
  const first = await killed('in', 10, 'publisher', ...push);
  const second = await whole('publisher', ...push);

  const before = new Set(names(first.moved, 'in'));
  const after = names(second.moved, 'in');
  expect(after.filter((name) => before.has(name))).toEqual([]);
  expect(after.length).toBeLessThanOrEqual(Math.ceil(BYTES / PART_BYTES) - before.size);
  report(
    `push of the ${after.length} parts that were missing`,
    second.seconds,
    after.length * PART_BYTES,
    second.memory,
  );
  expect(Math.max(first.memory, second.memory)).toBeLessThan(MEMORY_MAX);
});

it(`pulls ${GIGABYTES} GB in constant memory, and after a kill fetches no finished piece again`, async () => {
  const first = await killed('out', 60, 'reader', 'pull', 'large', '1', '--to', at('back'));
  const second = await whole('reader', 'pull', 'large', '1', '--to', at('back'));

  const before = names(first.moved, 'out');
  const after = names(second.moved, 'out');
  // Pieces whose last bytes were just being written when it was killed come again: eight at most.
  expect(after.filter((name) => before.includes(name)).length).toBeLessThanOrEqual(8);
  report(
    `pull of the ${after.length} pieces that were missing`,
    second.seconds,
    after.length * PIECE_BYTES,
    second.memory,
  );
  expect(Math.max(first.memory, second.memory)).toBeLessThan(MEMORY_MAX);
});

it(`pulls ${GIGABYTES} GB at once`, async () => {
  const { seconds, memory } = await whole('reader', 'pull', 'large', '1', '--to', at('at-once'));
  report('pull of everything', seconds, BYTES, memory);
  expect(memory).toBeLessThan(MEMORY_MAX);
});

it('needs no more memory in the registry', () => {
  console.log(`registry: ${server.peak().toFixed(0)} MiB`);
  expect(server.peak()).toBeLessThan(MEMORY_MAX);
});
