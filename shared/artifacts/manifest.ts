import { Manifest, manifestKey } from '../domain/artifact.ts';
import type { Sha256, TenantId } from '../domain/names.ts';
import type { Artifacts } from './artifacts.ts';

/** The manifest of a root digest, which was stored before the version that has it. */
export async function readManifest(artifacts: Artifacts, tenant: TenantId, rootDigest: Sha256): Promise<Manifest> {
  const text = await artifacts.read(manifestKey(tenant, rootDigest));
  if (text === undefined) throw new Error(`The manifest ${rootDigest} is gone.`);
  return Manifest.parse(JSON.parse(text));
}
