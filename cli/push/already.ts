import type { Received, Sent } from '../../shared/contract/operations.ts';
import { filesOf, RegisteredFiles } from '../../shared/domain/artifact.ts';
import type { Client, Problem } from '../../shared/http/client.ts';
import { itemByItem } from '../paging.ts';

/**
 * The complete version that has exactly the files of a registration, where the registry refused that one for it.
 * The files that are still being uploaded with other words about them are no such version.
 */
export async function versionAlready(
  registry: Client,
  { model, files = [] }: Sent<'registerVersion'>,
  refusal: unknown,
): Promise<Received<'getVersion'> | undefined> {
  if ((refusal as Problem).code !== 'version.duplicate') return undefined;
  const { rootDigest } = filesOf(RegisteredFiles.parse(files));
  // The newest come first: what a push was interrupted after is soon found.
  for await (const version of itemByItem((from) => registry.listVersions({ model, limit: 100, ...from }))) {
    if (version.state === 'complete' && version.artifact?.rootDigest === rootDigest) return version;
  }
  return undefined;
}
