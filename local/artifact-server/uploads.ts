import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Disk } from './disk.ts';
import { S3Error, systemCode } from './errors.ts';
import { type Details, openSealed, publish, type SealedFile, syncDirectory, type Written } from './sealed-file.ts';

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
  openPart(upload: Upload, part: number): Promise<SealedFile | undefined>;
  parts(upload: Upload): Promise<readonly (readonly [part: number, details: Details])[]>;
  remove(upload: Upload): Promise<void>;
}

const ABOUT = 'upload.json';

export function openUploads(disk: Disk): Uploads {
  const uploads = new Map(recover(disk.uploads).map((upload) => [upload.uploadId, upload]));
  const directory = ({ uploadId }: Upload) => path.join(disk.uploads, uploadId);
  const partFile = (upload: Upload, part: number) => path.join(directory(upload), String(part));

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

    openPart: (upload, part) => openSealed(partFile(upload, part)),

    async parts(upload) {
      const names = await readdir(directory(upload)).catch(endedMeanwhile);
      const numbers = names.filter((name) => name !== ABOUT).map(Number);
      return readParts(
        numbers.sort((a, b) => a - b),
        (part) => partFile(upload, part),
      );
    },

    async remove(upload) {
      uploads.delete(upload.uploadId);
      // What makes it an upload goes first, so that a crash half way leaves something to sweep and nothing to list.
      await rm(path.join(directory(upload), ABOUT), { force: true });
      await rm(directory(upload), { recursive: true, force: true });
      await syncDirectory(disk.uploads);
    },
  };
}

/** Reads what was under way when the last run ended, and sweeps what had not begun or was being removed. */
function recover(directory: string): Upload[] {
  mkdirSync(directory, { recursive: true });
  return readdirSync(directory).flatMap((uploadId) => {
    try {
      return [JSON.parse(readFileSync(path.join(directory, uploadId, ABOUT), 'utf8')) as Upload];
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      rmSync(path.join(directory, uploadId), { recursive: true });
      return [];
    }
  });
}

/** Made whole beside the others, then moved among them. */
async function store(disk: Disk, directory: string, upload: Upload): Promise<void> {
  const temporary = path.join(disk.temporary, upload.uploadId);
  await mkdir(temporary);
  {
    await using handle = await open(path.join(temporary, ABOUT), 'wx');
    await handle.writeFile(JSON.stringify(upload));
    await handle.sync();
  }
  await syncDirectory(temporary);
  await rename(temporary, directory);
  await syncDirectory(disk.uploads);
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
