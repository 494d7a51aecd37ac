import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Disk, removeDirectory, syncDirectory } from './disk.ts';
import { S3Error, systemCode } from './errors.ts';
import { type Details, openSealed, publish, type Written } from './sealed-file.ts';

/** A multipart upload that is under way. */
export interface Upload {
  readonly uploadId: string;
  readonly key: string;
  readonly initiated: string;
  readonly contentType?: string | undefined;
  /** Whether every part has a SHA-256 of its own. */
  readonly checksums: boolean;
}

/** The uploads that are under way: a directory each, with a file that says what it is and a file for each part. */
export interface Uploads {
  begin(upload: Omit<Upload, 'uploadId'>): Promise<Upload>;
  find(key: string, uploadId: string | null): Upload;
  /** By key, then by age. */
  list(): readonly Upload[];
  addPart(upload: Upload, part: number, written: Written): Promise<void>;
  /** Where a part is, if it has come. It may be replaced and removed at any time. */
  partFile(upload: Upload, part: number): string;
  /** The first `max` parts whose numbers are greater than `after`. */
  parts(upload: Upload, after: number, max: number): Promise<readonly (readonly [part: number, details: Details])[]>;
  remove(upload: Upload): Promise<void>;
  /** Removes what was begun before, and not completed. */
  expire(before: Date): Promise<void>;
}

const ABOUT = 'upload.json';

export async function openUploads(disk: Disk): Promise<Uploads> {
  const uploads = new Map((await recover(disk.uploads)).map((upload) => [upload.uploadId, upload]));
  const directory = ({ uploadId }: Upload) => path.join(disk.uploads, uploadId);
  const partFile = (upload: Upload, part: number) => path.join(directory(upload), String(part));
  const remove = async (upload: Upload) => {
    uploads.delete(upload.uploadId);
    await removeDirectory(disk, directory(upload));
  };

  return {
    async begin(about) {
      const upload = { ...about, uploadId: randomBytes(16).toString('hex') };
      await store(disk, directory(upload), upload);
      uploads.set(upload.uploadId, upload);
      return upload;
    },

    find(key, uploadId) {
      const upload = uploads.get(uploadId ?? '');
      if (upload?.key === key) return upload;
      throw noSuchUpload();
    },

    list: () => [...uploads.values()].sort((a, b) => order(a.key, b.key) || order(a.initiated, b.initiated)),

    async addPart(upload, part, written) {
      await publish(written, partFile(upload, part), { onlyNew: false }).catch(endedMeanwhile);
    },

    partFile,

    async parts(upload, after, max) {
      const names = await readdir(directory(upload)).catch(endedMeanwhile);
      const numbers = names.map(Number).filter((part) => part > after);
      return readParts(numbers.sort((a, b) => a - b).slice(0, max), (part) => partFile(upload, part));
    },

    remove,

    async expire(before) {
      const late = [...uploads.values()].filter(({ initiated }) => new Date(initiated) < before);
      for (const upload of late) await remove(upload);
    },
  };
}

/** Reads what was under way when the last run ended. */
async function recover(directory: string): Promise<Upload[]> {
  const uploads: Upload[] = [];
  for (const uploadId of await readdir(directory)) {
    const file = path.join(directory, uploadId, ABOUT);
    try {
      uploads.push(JSON.parse(await readFile(file, 'utf8')));
    } catch (cause) {
      throw new Error(`The artifact server cannot read ${file}: restore it, or remove its directory.`, { cause });
    }
  }
  return uploads;
}

/** Made whole beside the others, then moved among them. */
async function store(disk: Disk, directory: string, upload: Upload): Promise<void> {
  const temporary = path.join(disk.temporary, upload.uploadId);
  try {
    await mkdir(temporary);
    await writeAbout(temporary, upload);
    await rename(temporary, directory);
    await syncDirectory(disk.uploads);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

async function writeAbout(directory: string, upload: Upload): Promise<void> {
  await using handle = await open(path.join(directory, ABOUT), 'wx');
  await handle.writeFile(JSON.stringify(upload));
  await handle.sync();
  await syncDirectory(directory);
}

async function readParts(numbers: readonly number[], fileOf: (part: number) => string) {
  const parts: [part: number, details: Details][] = [];
  for (const part of numbers) {
    await using file = await openSealed(fileOf(part));
    if (file) parts.push([part, file.details]);
  }
  return parts;
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const noSuchUpload = () =>
  new S3Error('NoSuchUpload', 'The specified upload does not exist. It may have been completed or aborted.');

/** Another request may have completed or aborted the upload since this one found it. */
function endedMeanwhile(error: unknown): never {
  throw systemCode(error) === 'ENOENT' ? noSuchUpload() : error;
}
