import type { Stage } from './stage.ts';

/** What MLflow and its kin call stages. */
export const STAGE_NAMES = {
  none: 'None',
  staging: 'Staging',
  production: 'Production',
  archived: 'Archived',
} as const satisfies Record<Stage, string>;
