import { hash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashPool } from '../../cli/hash-pool.ts';
import { type Terminal, terminal } from './terminal.ts';

let person: Terminal;
const at = (name: string) => path.join(person.directory, name);

beforeEach(async () => {
  person = await terminal();
});

afterEach(() => person[Symbol.asyncDispose]());

describe('threads that hash files', () => {
  it('go on with the next file after one that cannot be read', async () => {
    await writeFile(at('model'), 'abc');
    await using pool = hashPool();
    for (let times = 0; times <= availableParallelism(); times += 1) {
      await expect(pool.hash(at('nowhere'), () => {})).rejects.toThrow('no such file');
    }
    const sha256 = hash('sha256', 'abc');
    expect(await pool.hash(at('model'), () => {})).toEqual({ bytes: 3, sha256 });
  });

  it.each([
    ['fails', "throw new Error('out of memory')", 'out of memory'],
    ['ends', 'process.exit(9)', /hashes .*bad ended with 9/],
  ])('are replaced when one %s, and nobody waits for it', async (_, death, message) => {
    const program = at('worker.mjs');
    await writeFile(
      program,
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', (file) => {
         if (file.endsWith('bad')) ${death};
         parentPort.postMessage({ hashed: { bytes: 0, sha256: file } });
       });`,
    );
    await using pool = hashPool(pathToFileURL(program));
    await expect(pool.hash('bad', () => {})).rejects.toThrow(message);
    expect(await pool.hash('good', () => {})).toEqual({ bytes: 0, sha256: 'good' });
    await rm(program);
  });
});
