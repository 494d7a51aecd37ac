import { compareSchemas as differences, holds } from '../shared/domain/schema/compare.ts';
import { schemaOf } from '../shared/domain/version.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersions } from '../shared/http/load.ts';

export const compareSchemas = query('compareSchemas', async ({ model: name, version, to, schema }, context) => {
  const model = await loadModel(context, name);
  const others = to === undefined || to === version ? [] : [to];
  const [before, after = before] = await loadVersions(context, model, [version, ...others]);
  const found = differences(schemaOf(model, before), schema ?? schemaOf(model, after));
  return {
    model: model.name,
    version,
    ...(to !== undefined && { to }),
    backward: holds('backward', found),
    forward: holds('forward', found),
    full: holds('full', found),
    differences: found.map(({ breaks, ...difference }) => ({ ...difference, breaks: [...breaks] })),
  };
});

export const handler = lambda(compareSchemas);
