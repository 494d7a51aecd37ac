import { randomUUID } from 'node:crypto';
import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { type Disk, removeDirectory, syncDirectory } from './disk.ts';
import { systemCode } from './errors.ts';
import { openSealed, type Stored } from './sealed-file.ts';

/**
 * The parts of objects that came in parts. They stay in parts, so that completing an upload costs no byte and no time,
 * whatever its size: a directory for each object, in which each part is named after the place of its first byte.
 */
export interface Joined {
  /** Takes over a directory of parts for the object of a name, and says what it is called from now on. */
  add(directory: string, object: string): Promise<string>;
  /** Opens the parts of an object, or gives `undefined` where they are gone. */
  open(parts: string): Promise<Pick<Stored, 'read' | typeof Symbol.asyncDispose> | undefined>;
  /** Removes parts, unless an object has them: at once, or when the last who reads them has finished. */
  discard(parts: string): Promise<void>;
}

export async function openJoined(disk: Disk): Promise<Joined> {
  const readers = new Map<string, number>();
  const unwanted = new Set<string>();
  const place = (parts: string) => path.join(disk.joined, parts);

  async function discard(parts: string): Promise<void> {
    if (await isWanted(disk, parts)) return;
    if (readers.has(parts)) unwanted.add(parts);
    else await removeDirectory(disk, place(parts));
  }

  async function release(parts: string): Promise<void> {
    const others = (readers.get(parts) ?? 1) - 1;
    if (others > 0) return void readers.set(parts, others);
    readers.delete(parts);
    if (unwanted.delete(parts)) await discard(parts);
  }

  await sweep(disk);
  return {
    discard,

    async add(directory, object) {
      const parts = `${object}.${randomUUID()}`;
      await syncDirectory(directory);
      await rename(directory, place(parts));
      await syncDirectory(disk.joined);
      return parts;
    },

    async open(parts) {
      readers.set(parts, (readers.get(parts) ?? 0) + 1);
      try {
        const starts = (await readdir(place(parts))).map(Number).sort((a, b) => a - b);
        return {
          read: (first, last) => bytesOf(place(parts), starts, first, last),
          [Symbol.asyncDispose]: () => release(parts),
        };
      } catch (error) {
        await release(parts);
        if (systemCode(error) === 'ENOENT' && !(await isWanted(disk, parts))) return undefined;
        throw error;
      }
    },
  };
}

/** Removes what was joined for an object that did not come to be, or that was removed or replaced since. */
async function sweep(disk: Disk): Promise<void> {
  for (const parts of await readdir(disk.joined)) {
    if (!(await isWanted(disk, parts))) await removeDirectory(disk, path.join(disk.joined, parts));
  }
}

async function isWanted(disk: Disk, parts: string): Promise<boolean> {
  const [object = ''] = parts.split('.');
  await using file = await openSealed(disk.file(object));
  return file?.details.parts === parts;
}

async function* bytesOf(directory: string, starts: readonly number[], first: number, last: number) {
  for (let position = first; position <= last; ) {
    const start = starts.findLast((start) => start <= position) ?? 0;
    await using part = await openSealed(path.join(directory, String(start)));
    const end = start + (part?.details.bytes ?? 0);
    if (!part || end <= position) throw new Error(`${directory} has lost its bytes from ${position} on.`);
    yield* part.read(position - start, Math.min(last, end - 1) - start);
    position = end;
  }
}
