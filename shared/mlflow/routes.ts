import type * as z from 'zod/mini';
import type { Access } from '../contract/operation.ts';
import { modelRoutes } from './model-routes.ts';
import { registryWebhookRoutes } from './registry-webhook-routes.ts';
import { versionRoutes } from './version-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

/** One call of MLflow's registry protocol, as its clients send it. What they send besides is passed over, as MLflow does. */
export interface MlflowRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/2.0/mlflow`. A part in braces is a field of the input: `/webhooks/{webhook_id}`. */
  readonly path: `/${string}`;
  /** As of a native operation; `name` names the model, and `new_name` what it is to be called. */
  readonly access: Exclude<Access, string>;
  /** It is about the tenant as a whole: whatever is called `name` is no model. */
  readonly tenantWide?: true;
  readonly input: z.ZodMiniObject;
}

export type MlflowRoutes = Readonly<Record<string, MlflowRoute>>;

/** Every call that there is. */
export const mlflowRoutes = {
  ...modelRoutes,
  ...versionRoutes,
  ...webhookRoutes,
  ...registryWebhookRoutes,
} as const satisfies MlflowRoutes;

export type MlflowCall = keyof typeof mlflowRoutes;

/** What a call is answered with: the fields of the message that MLflow's client expects. */
export type MlflowInput<C extends MlflowCall> = z.output<(typeof mlflowRoutes)[C]['input']>;

/** A call, with what the path says of its input. */
export interface Routed {
  readonly call: MlflowCall;
  readonly route: MlflowRoute;
  readonly inPath: Readonly<Record<string, string>>;
}

const rows = Object.entries(mlflowRoutes) as [MlflowCall, MlflowRoute][];
const isExact = ({ path }: MlflowRoute): boolean => !path.includes('{');
const exact = new Map(
  rows.filter(([, route]) => isExact(route)).map((row) => [`${row[1].method} ${row[1].path}`, row]),
);
const patterns = rows
  .filter(([, route]) => !isExact(route))
  .map(([call, route]) => ({
    call,
    route,
    pattern: new RegExp(`^${route.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
  }));

/** The call of a request, by its method and its path below `/api/2.0/mlflow`. */
export function callAt(method: string, path: string): Routed | undefined {
  const row = exact.get(`${method} ${path}`);
  if (row) return { call: row[0], route: row[1], inPath: {} };
  for (const { call, route, pattern } of patterns) {
    const inPath = route.method === method ? pattern.exec(path)?.groups : undefined;
    if (inPath) return { call, route, inPath };
  }
  return undefined;
}
