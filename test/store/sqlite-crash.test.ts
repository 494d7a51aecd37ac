import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import { allOf, sksOf } from './promises/support.ts';

const WRITER = new URL('./sqlite-writer.ts', import.meta.url).pathname;
const KILLS = 12;

const folder = mkdtempSync(join(tmpdir(), 'signet-crash-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The pairs that a writer said are written, until it is killed. */
function linesOf(child: ChildProcess): { lines: string[]; until: (is: (line: string) => boolean) => Promise<void> } {
  const lines: string[] = [];
  if (!child.stdout) throw new Error('expected a pipe');
  const reader = createInterface(child.stdout);
  reader.on('line', (line) => lines.push(line));
  const until = (is: (line: string) => boolean) =>
    new Promise<void>((resolve, reject) => {
      reader.on('line', (line) => is(line) && resolve());
      reader.on('close', () => reject(new Error('the writer ended')));
    });
  return { lines, until };
}

/** Which pairs are in the file: the left halves and the right halves. */
async function pairsIn(file: string): Promise<{ left: (string | undefined)[]; right: (string | undefined)[] }> {
  const table = sqliteTable({ file });
  const left = sksOf(await allOf(table, { pk: 'left', limit: 1_000 }));
  const right = sksOf(await allOf(table, { pk: 'right', limit: 1_000 }));
  await table.close();
  return { left, right };
}

describe('a table whose process is killed while it writes', () => {
  it(`has every write that was answered, and none by half, ${KILLS} times over`, async () => {
    const file = join(folder, 'killed.db');
    const answered: string[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = spawn(process.execPath, [WRITER, file], { stdio: ['ignore', 'pipe', 'inherit'] });
      const { lines, until } = linesOf(child);
      await until(() => true);
      setTimeout(() => child.kill('SIGKILL'), Math.random() * 60);
      await once(child, 'close');
      answered.push(...lines.filter((line) => /^\d+\.\d+\.\d+$/.test(line)));

      const { left, right } = await pairsIn(file);
      expect(right).toEqual(left);
      expect(new Set(left).isSupersetOf(new Set(answered))).toBe(true);
    }
    expect(answered.length).toBeGreaterThan(KILLS * 4);
  });
});

/** A limit on the size of files makes the disk full for one process; the tool that lifts it again is Linux's. */
const canLiftLimits = spawnSync('sh', ['-c', 'prlimit --version']).status === 0;

describe.skipIf(!canLiftLimits)('a table whose disk is full', () => {
  it('says so, loses nothing, and goes on once there is room', async () => {
    const file = join(folder, 'full.db');
    const command = `ulimit -S -f 4096; exec "$0" "$@"`;
    const child = spawn('sh', ['-c', command, process.execPath, WRITER, file, '2', '20000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { lines, until } = linesOf(child);
    await until((line) => line.startsWith('StorageFull'));
    spawnSync('sh', ['-c', `prlimit --pid ${child.pid} --fsize=unlimited:`]);
    const full = lines.length;
    await until((line) => !line.startsWith('StorageFull') && lines.length > full + 20);
    child.kill('SIGKILL');
    await once(child, 'close');

    const failed = lines.filter((line) => line.startsWith('StorageFull '));
    const answered = new Set(lines.filter((line) => !line.includes(' ')));
    const { left, right } = await pairsIn(file);
    expect(failed.length).toBeGreaterThan(0);
    expect(right).toEqual(left);
    expect(new Set(left).isSupersetOf(answered)).toBe(true);
    expect(failed.filter((line) => left.includes(line.split(' ')[1]))).toEqual([]);
  });
});
