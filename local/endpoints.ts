import { type OperationName, rows } from '../shared/contract/operations.ts';
import type { Endpoint } from '../shared/http/endpoint.ts';
import { kebabCase } from '../shared/kebab-case.ts';

/** Loads the function of every row: `functions/create-model.ts` has the endpoint `createModel`. */
export async function loadEndpoints(): Promise<Record<OperationName, Endpoint>> {
  const loaded = rows.map(async ([name]) => {
    const functions = await import(`../functions/${kebabCase(name)}.ts`);
    return [name, functions[name] as Endpoint] as const;
  });
  return Object.fromEntries(await Promise.all(loaded)) as Record<OperationName, Endpoint>;
}
