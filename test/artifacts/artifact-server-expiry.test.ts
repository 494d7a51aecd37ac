import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openDisk } from '../../local/artifact-server/disk.ts';
import { type Details, openSealed, publish, writeSealed } from '../../local/artifact-server/sealed-file.ts';
import { openUploads } from '../../local/artifact-server/uploads.ts';
import { artifactServer } from '../../local/artifact-server.ts';
import { aDirectory } from '../support/directory.ts';

const DAY_MS = 86_400_000;
const begun = new Date('2026-03-04T05:06:07Z');

/** The directory of an artifact server in which these uploads were begun, each with the time of its key. */
async function withUploads(...times: readonly Date[]): Promise<string> {
  const directory = await aDirectory();
  const uploads = await openUploads(await openDisk(directory));
  for (const time of times) {
    await uploads.begin({ key: time.toISOString(), initiated: time.toISOString(), checksums: true });
  }
  return directory;
}

/** Starts the server of a directory at a time, which the result sets forward. */
async function startedAt(directory: string, time: Date): Promise<(later: Date) => void> {
  let now = time;
  const credentials = () => undefined;
  const server = await artifactServer({ directory, bucket: 'b', region: 'eu-west-1', credentials, now: () => now });
  onTestFinished(() => server.close());
  return (later) => {
    now = later;
  };
}

/** The keys of the uploads that are under way, which whoever starts next would find. */
const keysIn = async (directory: string): Promise<string[]> =>
  (await openUploads(await openDisk(directory))).list().map(({ key }) => key);

const foldersIn = async (directory: string): Promise<number> => (await readdir(path.join(directory, 'uploads'))).length;

describe('an upload in parts that nobody completes', () => {
  it('is gone at the first start after seven days, with its parts', async () => {
    const younger = new Date(begun.getTime() + 1);
    const directory = await withUploads(begun, younger);
    await startedAt(directory, new Date(begun.getTime() + 7 * DAY_MS));
    expect(await keysIn(directory)).toEqual([begun, younger].map((time) => time.toISOString()));

    await startedAt(directory, new Date(begun.getTime() + 7 * DAY_MS + 1));
    expect(await keysIn(directory)).toEqual([younger.toISOString()]);
    expect(await foldersIn(directory)).toBe(1);
  });

  it('is gone within a day while the server runs', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const directory = await withUploads(begun);
    const setForward = await startedAt(directory, begun);

    vi.advanceTimersByTime(DAY_MS);
    setForward(new Date(begun.getTime() + 7 * DAY_MS + 1));
    expect(await foldersIn(directory)).toBe(1);
    vi.advanceTimersByTime(DAY_MS);
    await vi.waitFor(async () => expect(await foldersIn(directory)).toBe(0));
  });
});

describe('an uploaded file that waits for its version', () => {
  /** Stores objects of these keys in a directory, written at the same time. */
  async function withObjects(...keys: readonly string[]): Promise<string> {
    const directory = await aDirectory();
    const disk = await openDisk(directory);
    for (const key of keys) {
      const written = await writeSealed(disk.temporary, nothingFor(key));
      await publish(written, disk.file(disk.nameOf(key)), { onlyNew: false });
    }
    return directory;
  }

  // biome-ignore lint/correctness/useYield: it has no bytes to give, and details at its end.
  async function* nothingFor(key: string): AsyncGenerator<Uint8Array, Details> {
    return { key, bytes: 0, etag: '"e"', modified: begun.toISOString() };
  }

  const isThere = async (directory: string, key: string): Promise<boolean> => {
    const disk = await openDisk(directory);
    await using file = await openSealed(disk.file(disk.nameOf(key)));
    return file !== undefined;
  };

  it('is gone after 31 days, and nothing else is', async () => {
    const [upload, object] = ['staged/acme/01JZ', 't/acme/sha256/0a'];
    const directory = await withObjects(upload, object);
    await startedAt(directory, new Date(begun.getTime() + 31 * DAY_MS));
    expect(await isThere(directory, upload)).toBe(true);

    await startedAt(directory, new Date(begun.getTime() + 31 * DAY_MS + 1));
    expect([await isThere(directory, upload), await isThere(directory, object)]).toEqual([false, true]);
  });
});
