import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { syncDirectory } from './disk.ts';
import { S3Error, systemCode, unlessAbsent } from './errors.ts';

/** What is known of the bytes of an object or part. The checksum is in base64, as S3 writes it. */
export interface Details {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
  readonly modified: string;
  readonly contentType?: string | undefined;
  readonly checksum?: string | undefined;
  readonly checksumType?: 'FULL_OBJECT' | 'COMPOSITE';
  /** Where the bytes are, if they are not in the same file. */
  readonly parts?: string;
}

/** A file that is whole and on the disk, and has no name yet. */
export interface Written {
  readonly temporary: string;
  readonly details: Details;
}

/** Something that can be read until it is let go of, whatever becomes of its name meanwhile. */
export interface Stored extends AsyncDisposable {
  readonly details: Details;
  /** The bytes from `first` up to and including `last`. */
  read(first: number, last: number): AsyncGenerator<Uint8Array>;
}

/**
 * Details stand behind the bytes in the same file, in a block of fixed length, so that one rename shows both at once.
 */
const SEAL_BYTES = 4096;

function seal(details: Details): Buffer {
  const json = Buffer.from(JSON.stringify(details));
  if (json.length > SEAL_BYTES) throw new S3Error('MetadataTooLarge', 'The key and headers are too long to be kept.');
  return Buffer.concat([json, Buffer.alloc(SEAL_BYTES - json.length, ' ')]);
}

/**
 * Writes bytes, and then the details that the source returns at its end, to a file that nobody sees until it is
 * published, and to the disk itself. If anything fails, nothing is left.
 */
export async function writeSealed(directory: string, source: AsyncGenerator<Uint8Array, Details>): Promise<Written> {
  const temporary = path.join(directory, randomUUID());
  try {
    await using handle = await open(temporary, 'wx');
    await using bytes = source;
    let step = await bytes.next();
    for (; !step.done; step = await bytes.next()) await handle.writeFile(step.value);

    await handle.writeFile(seal(step.value));
    await handle.sync();
    return { temporary, details: step.value };
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

export interface Condition {
  readonly onlyNew: boolean;
}

/** Gives a finished file its name for good, in place of an older one or only if there is none. */
export async function publish({ temporary }: Written, file: string, { onlyNew }: Condition): Promise<void> {
  try {
    await (onlyNew ? link(temporary, file) : rename(temporary, file));
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw new S3Error('PreconditionFailed', 'The object is there already.');
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  await syncDirectory(path.dirname(file));
}

/** Opens a published file, or gives `undefined` where there is none. */
export async function openSealed(file: string): Promise<Stored | undefined> {
  const handle = await open(file).catch(unlessAbsent);
  if (!handle) return undefined;

  try {
    const bytes = (await handle.stat()).size - SEAL_BYTES;
    const { buffer } = await handle.read(Buffer.alloc(SEAL_BYTES), 0, SEAL_BYTES, bytes);
    const details: Details = JSON.parse(buffer.toString());
    return {
      details,
      read: (first, last) => bytesOf(handle, first, last),
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function* bytesOf(handle: FileHandle, first: number, last: number): AsyncGenerator<Uint8Array> {
  for (let position = first; position <= last; ) {
    const buffer = Buffer.allocUnsafe(Math.min(1 << 18, last - position + 1));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) throw new Error('The file is shorter than its details say.');
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}
