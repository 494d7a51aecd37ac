import { Manifest, manifestKey } from '../domain/artifact.ts';
import type { Sha256, TenantId } from '../domain/names.ts';
import { Failure } from '../errors.ts';
import type { Artifacts } from './artifacts.ts';

/** The manifest of a root digest, which was stored before the version that has it: it is there unless somebody removed it. */
export async function findManifest(
  artifacts: Artifacts,
  tenant: TenantId,
  rootDigest: Sha256,
): Promise<Manifest | undefined> {
  const text = await artifacts.read(manifestKey(tenant, rootDigest));
  return text === undefined ? undefined : Manifest.parse(JSON.parse(text));
}

/** The same, where nothing can be done without it. @throws Failure `artifact.lost` */
export async function readManifest(artifacts: Artifacts, tenant: TenantId, rootDigest: Sha256): Promise<Manifest> {
  const manifest = await findManifest(artifacts, tenant, rootDigest);
  if (manifest) return manifest;
  throw new Failure('artifact.lost', `The manifest ${rootDigest} is not in the object store any more.`);
}
