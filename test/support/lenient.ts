import type { PolicyDocument } from '../../shared/domain/policy-document.ts';

/** A policy that demands nothing: for tests of what is not about governance. */
export const LENIENT: PolicyDocument = {
  approvals: { production: { required: 0 } },
  gates: { staging: [], production: [] },
  retention: { productionStableDays: 0, artifactHoldDays: 0 },
};
