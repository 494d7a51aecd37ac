import pLimit from 'p-limit';
import { inOneGo } from '../../artifacts/digest.ts';
import { Sha256 } from '../../domain/names.ts';
import { type Received, stagedKey } from '../../domain/staged.ts';
import type { Taking } from './take-in.ts';

/** How many files are read at once. */
const CONCURRENCY = 4;

/** A file whose bytes were read. */
export type Read = Received & { readonly sha256: Sha256 };

/**
 * Reads the files that were not yet read, each once: what its bytes are is noted as soon as it is known. `late` where there
 * was no time for all of them, `lost` where some are gone.
 */
export async function readAll(taking: Taking, files: readonly Received[]): Promise<readonly Read[] | 'late' | 'lost'> {
  const limit = pLimit(CONCURRENCY);
  const read = await Promise.all(files.map((file) => limit(() => readOne(taking, file))));
  if (files.length === 0 || read.includes('lost')) return 'lost';
  if (read.includes('late')) return 'late';
  return read.filter((file) => typeof file === 'object');
}

async function readOne({ services, store, tenant, isLate }: Taking, file: Received): Promise<Read | 'late' | 'lost'> {
  const { sha256 } = file;
  if (sha256 !== undefined) return { ...file, sha256 };
  if (isLate()) return 'late';
  const digest = await inOneGo(services.artifacts, stagedKey(tenant, file.object), file);
  if (digest === undefined) return 'lost';
  const read = { ...file, sha256: Sha256.parse(digest) };
  await store.note([read]);
  return read;
}
