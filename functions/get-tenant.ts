import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadTenant } from '../shared/http/load.ts';

export const getTenant = query('getTenant', (_, context) => loadTenant(context));

export const handler = lambda(getTenant);
