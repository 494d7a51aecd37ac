import type { Need } from './operation.ts';

/** A function that speaks another protocol than the contract's, and does nothing that operations do not do. */
export interface Facade {
  readonly summary: string;
  /** The paths that are all its own, whatever the method. */
  readonly paths: readonly `/${string}`[];
  readonly needs: readonly Need[];
}

export const facades = {
  mlflow: {
    summary: "Speaks MLflow's registry protocol",
    paths: ['/api/{call+}', '/ajax-api/{call+}', '/version', '/health'],
    // What the operations ask for that its calls stand for.
    needs: ['table:read', 'table:write', 'table:note', 'table:remove', 'webhooks:secrets'],
  },
  /** Beside the registry's function, which so starts without a client for S3. */
  mlflowArtifacts: {
    summary: "Speaks MLflow's artifact protocol, by which files travel to and from the object store",
    paths: ['/api/2.0/mlflow-artifacts/{call+}'],
    needs: ['table:read', 'table:write', 'table:note', 'table:remove', 'artifacts:read', 'artifacts:stage'],
  },
} as const satisfies Readonly<Record<string, Facade>>;

export type FacadeName = keyof typeof facades;

/** Every facade with its name. */
export const facadeRows = Object.entries(facades) as readonly (readonly [FacadeName, Facade])[];
