import { digestOf } from '../shared/domain/canonical.ts';
import { Sha256 } from '../shared/domain/names.ts';
import { schemaOf } from '../shared/domain/version.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';

export const getSchema = query('getSchema', async ({ model: name, version }, context) => {
  const model = await loadModel(context, name);
  const schema = schemaOf(model, await loadVersion(context, model, version));
  return { model: model.name, version, schema, digest: Sha256.parse(digestOf(schema)) };
});

export const handler = lambda(getSchema);
