import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { linksOf } from '../shared/http/links.ts';

export const getDependents = query('getDependents', (input, context) => linksOf(context, 'dependents', input));

export const handler = lambda(getDependents);
