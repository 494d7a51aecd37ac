import type * as z from 'zod/mini';
import type { Access } from '../contract/operation.ts';
import { modelRoutes } from './model-routes.ts';
import { versionRoutes } from './version-routes.ts';

/** One call of MLflow's registry protocol, as its clients send it. What they send besides is passed over, as MLflow does. */
export interface MlflowRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/2.0/mlflow`. */
  readonly path: `/${string}`;
  /** As of a native operation; `name` names the model, and `new_name` what it is to be called. */
  readonly access: Exclude<Access, string>;
  readonly input: z.ZodMiniObject;
}

export type MlflowRoutes = Readonly<Record<string, MlflowRoute>>;

/** Every call that there is. */
export const mlflowRoutes = { ...modelRoutes, ...versionRoutes } as const satisfies MlflowRoutes;

export type MlflowCall = keyof typeof mlflowRoutes;

/** What a call is answered with: the fields of the message that MLflow's client expects. */
export type MlflowInput<C extends MlflowCall> = z.output<(typeof mlflowRoutes)[C]['input']>;

const byPath = Map.groupBy(Object.entries(mlflowRoutes) as [MlflowCall, MlflowRoute][], ([, { path }]) => path);

/** The call of a request, by its method and its path below `/api/2.0/mlflow`. */
export const callAt = (method: string, path: string): [MlflowCall, MlflowRoute] | undefined =>
  byPath.get(path as `/${string}`)?.find(([, route]) => route.method === method);
