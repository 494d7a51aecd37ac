import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';
import { linksOf } from '../shared/http/links.ts';

export const getDependencies = query('getDependencies', (input, context) => linksOf(context, 'dependencies', input));

export const handler = lambda(getDependencies);
