import { compile } from '../shared/domain/schema/check.ts';
import { schemaOf } from '../shared/domain/version.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel, loadVersion } from '../shared/http/load.ts';

export const checkServing = query(
  'checkServing',
  async ({ model: name, version, side, records, columns = [], data = [] }, context) => {
    const model = await loadModel(context, name);
    const check = compile(schemaOf(model, await loadVersion(context, model, version)), side);
    const { violations, ...report } = check(records ?? { columns, data });
    return { model: model.name, version, side, ...report, violations: [...violations] };
  },
);

export const handler = lambda(checkServing);
