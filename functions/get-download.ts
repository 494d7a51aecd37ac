import { readManifest } from '../shared/artifacts/manifest.ts';
import { objectKey } from '../shared/domain/artifact.ts';
import { downloadable } from '../shared/domain/version.ts';
import { query } from '../shared/http/endpoint.ts';
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
  const items = await Promise.all(
    files.slice(from, from + limit).map(async (file) => {
      const fileName = file.path.split('/').at(-1) ?? file.path;
      return {
        ...file,
        request: await artifacts.presignGet(objectKey(caller.tenant, file.sha256), fileName, URL_SECONDS),
      };
    }),
  );
  return { rootDigest, items, ...cursorFor(from + limit < files.length ? { file: String(from + limit) } : undefined) };
});

export const handler = lambda(getDownload);
