import type { FacadeName } from '../../shared/contract/facade.ts';
import { type OperationName, rows } from '../../shared/contract/operations.ts';
import { pathOf } from '../../shared/mlflow/base.ts';

/** A row that a request asked for, with its path parameters as they came: encoded. */
export interface Route {
  readonly name: OperationName | FacadeName;
  /** The path of the row, `/v1/models/{model}`. */
  readonly resource: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** The row of a request, if there is one. */
export function routeOf(method: string, path: string): Route | undefined {
  if (isOfArtifacts(path)) return { name: 'mlflowArtifacts', resource: path, pathParameters: {} };
  if (isOfMlflow(path)) return { name: 'mlflow', resource: path, pathParameters: {} };
  const resource = resourceAt(path);
  const name = resource?.names.get(method);
  if (!resource || !name) return undefined;

  const values = segmentsOf(path);
  const parameters = resource.segments.flatMap((segment, at): [string, string][] =>
    isParameter(segment) ? [[segment.slice(1, -1), values[at] ?? '']] : [],
  );
  return { name, resource: resource.path, pathParameters: Object.fromEntries(parameters) };
}

/** Whether it is one of the paths under which MLflow's clients look for their server. One function answers all of them. */
export const isOfMlflow = (path: string): boolean => /^\/(?:ajax-)?api\//.test(pathOf(path));

/** Whether it is one of those below which they look for files: what they send there may be bytes of any kind. */
export const isOfArtifacts = (path: string): boolean => pathOf(path).startsWith('/api/2.0/mlflow-artifacts/');

/** The methods that there are at a path. */
export const methodsAt = (path: string): string[] => [...(resourceAt(path)?.names.keys() ?? [])];

/** A path of the contract, and the operations on it by their methods. */
interface Resource {
  readonly path: string;
  readonly segments: readonly string[];
  readonly names: ReadonlyMap<string, OperationName>;
}

const segmentsOf = (path: string): string[] => path.split('/').slice(1);

const isParameter = (segment: string): boolean => segment.startsWith('{');

const parameterCount = ({ segments }: Resource): number => segments.filter(isParameter).length;

const resources: readonly Resource[] = [...Map.groupBy(rows, ([, { path }]) => path)]
  .map(([path, found]) => ({
    path,
    segments: segmentsOf(path),
    names: new Map(found.map(([name, { method }]) => [method, name])),
  }))
  .toSorted((one, other) => parameterCount(one) - parameterCount(other));

/**
 * Where several resources fit, the one with the fewest parameters counts, as in API Gateway. Empty segments and dots
 * have no place: a signature does not tell `/a/../b` from `/b`.
 */
function resourceAt(path: string): Resource | undefined {
  const segments = segmentsOf(path);
  if (segments.some((segment) => ['', '.', '..'].includes(segment))) return undefined;
  return resources.find(
    (resource) =>
      resource.segments.length === segments.length &&
      resource.segments.every((wanted, at) => isParameter(wanted) || wanted === segments[at]),
  );
}
