import pLimit from 'p-limit';
import { type ManifestFile, objectKey } from '../domain/artifact.ts';
import type { Sha256, TenantId } from '../domain/names.ts';
import type { Artifacts } from './artifacts.ts';
import { findManifest } from './manifest.ts';

/** How many questions the object store is asked at once, and how many answers in the negative are enough. */
const CONCURRENCY = 32;
const LOST_MAX = 11;

/**
 * What is not in the object store any more of what a version was proved to have: the paths of files, 11 at most, or
 * that it is the manifest which names them.
 */
export async function lostOf(artifacts: Artifacts, tenant: TenantId, rootDigest: Sha256): Promise<readonly string[]> {
  const manifest = await findManifest(artifacts, tenant, rootDigest);
  return manifest ? lostAmong(artifacts, tenant, manifest.files) : ['the manifest'];
}

/** Which of these files are not in the object store any more: their paths, 11 at most. */
export async function lostAmong(
  artifacts: Artifacts,
  tenant: TenantId,
  files: readonly ManifestFile[],
): Promise<readonly string[]> {
  const limit = pLimit(CONCURRENCY);
  const lost = new Set<Sha256>();
  const look = async (sha256: Sha256) => {
    if (lost.size < LOST_MAX && !(await artifacts.stat(objectKey(tenant, sha256)))) lost.add(sha256);
  };
  await Promise.all([...new Set(files.map(({ sha256 }) => sha256))].map((sha256) => limit(look, sha256)));
  return files
    .filter(({ sha256 }) => lost.has(sha256))
    .map(({ path }) => path)
    .slice(0, LOST_MAX);
}
