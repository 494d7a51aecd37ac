import { modelView } from '../shared/contract/views.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadModel } from '../shared/http/load.ts';

export const getModel = query('getModel', async ({ model }, context) => modelView(await loadModel(context, model)));

export const handler = lambda(getModel);
