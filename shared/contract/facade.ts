import type { Need } from './operation.ts';

/** A function that speaks another protocol than the contract's, and does nothing that operations do not do. */
export interface Facade {
  readonly summary: string;
  /** The paths that are all its own, whatever the method. */
  readonly paths: readonly FacadePath[];
  readonly needs: readonly Need[];
}

/** On AWS a path takes one proof of who calls: a signature, a token, or none, where the answer is the same for all. */
export interface FacadePath {
  readonly path: `/${string}`;
  readonly proof: 'signature' | 'token' | 'none';
}

const signed = (path: FacadePath['path']): FacadePath => ({ path, proof: 'signature' });
const withToken = (path: FacadePath['path']): FacadePath => ({ path: `/token${path}`, proof: 'token' });
const open = (path: FacadePath['path']): FacadePath => ({ path: `/token${path}`, proof: 'none' });

/** What clients ask for before they say who they are. */
const OPEN = ['/version', '/health', '/api/3.0/mlflow/server-info', '/ajax-api/3.0/mlflow/server-info'] as const;

export const facades = {
  mlflow: {
    summary: "Speaks MLflow's registry protocol",
    paths: [
      ...(['/api/{call+}', '/ajax-api/{call+}', '/version', '/health'] as const).map(signed),
      ...(['/api/{call+}', '/ajax-api/{call+}'] as const).map(withToken),
      ...OPEN.map(open),
    ],
    // What the operations ask for that its calls stand for.
    needs: ['table:read', 'table:write', 'table:note', 'table:remove', 'webhooks:secrets'],
  },
  /** Beside the registry's function, which so starts without a client for S3. */
  mlflowArtifacts: {
    summary: "Speaks MLflow's artifact protocol, by which files travel to and from the object store",
    paths: [signed('/api/2.0/mlflow-artifacts/{call+}'), withToken('/api/2.0/mlflow-artifacts/{call+}')],
    needs: ['table:read', 'table:write', 'table:note', 'table:remove', 'artifacts:read', 'artifacts:stage'],
  },
} as const satisfies Readonly<Record<string, Facade>>;

export type FacadeName = keyof typeof facades;

/** Every facade with its name. */
export const facadeRows = Object.entries(facades) as readonly (readonly [FacadeName, Facade])[];
