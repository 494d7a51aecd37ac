import { lostAmong } from '../shared/artifacts/lost.ts';
import { readManifest } from '../shared/artifacts/manifest.ts';
import { type ManifestFile, objectKey } from '../shared/domain/artifact.ts';
import { downloadable, keepAll } from '../shared/domain/version.ts';
import { type Context, query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';

/** How long a download may begin after its URL was given, in seconds. */
const URL_SECONDS = 15 * 60;

export const getDownload = query('getDownload', async ({ model: name, version: number, limit }, context) => {
  const { artifacts, caller, after, cursorFor } = context;
  const model = await loadModel(context, name);
  const { rootDigest } = downloadable(model, await loadVersion(context, model, number));

  const { files } = await readManifest(artifacts, caller.tenant, rootDigest);
  const from = Number(after?.['file'] ?? 0);
  const some = files.slice(from, from + limit);
  const [lost, items] = await Promise.all([
    lostAmong(artifacts, caller.tenant, some),
    Promise.all(some.map((file) => downloadOf(context, file))),
  ]);
  keepAll(model, number, lost);
  return { rootDigest, items, ...cursorFor(from + limit < files.length ? { file: String(from + limit) } : undefined) };
});

/** A file, with the request that reads it. */
async function downloadOf({ artifacts, caller }: Context, file: ManifestFile) {
  const fileName = file.path.split('/').at(-1) ?? file.path;
  const request = await artifacts.presignGet(objectKey(caller.tenant, file.sha256), fileName, URL_SECONDS);
  return { ...file, request };
}

export const handler = lambda(getDownload);
