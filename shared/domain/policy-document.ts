import * as z from 'zod/mini';
import { line } from './names.ts';
import { Role } from './role.ts';
import { Label } from './text.ts';

/** `governed` enforces every step; `open` is MLflow's: any version into any stage, any number of them. */
export const Lifecycle = z.enum(['governed', 'open']);
export type Lifecycle = z.output<typeof Lifecycle>;

const count = (max: number) =>
  z
    .number()
    .check(z.int('expected a whole number'), z.gte(0, 'expected 0 or more'), z.lte(max, `expected at most ${max}`));

const finite = z.number('expected a finite number');

/** Who has to agree before a version enters a stage. */
const ApprovalDemand = z.strictObject({
  required: count(10),
  roles: z._default(z.array(Role).check(z.minLength(1, 'expected at least one role')), ['reviewer']),
  /** Nobody's vote counts on what they registered or requested. */
  separation: z._default(z.boolean(), true),
  expiresAfterDays: z._default(count(365), 14),
});

const CardField = z.enum([
  'intendedUse',
  'limitations',
  'trainingData',
  'fairnessEvaluation',
  'owner',
  'ethicalConsiderations',
  'caveats',
]);

/** A demand that a machine can check. */
const Gate = z.union(
  [
    z.strictObject({ metric: Label, min: finite }),
    z.strictObject({ metric: Label, max: finite }),
    z.strictObject({ metric: Label, min: finite, max: finite }),
    z.strictObject({
      metric: Label,
      noWorseThan: z.literal('production'),
      /** Which way is better. */
      better: z._default(z.enum(['higher', 'lower']), 'higher'),
      tolerance: z._default(z.number().check(z.gte(0, 'expected 0 or more')), 0),
    }),
    z.strictObject({ check: line(250) }),
    z.strictObject({ schema: z.enum(['present', 'backward', 'full']) }),
    z.strictObject({ card: z.array(CardField).check(z.minLength(1, 'expected at least one field')) }),
    z.strictObject({ artifact: z.literal('verified') }),
  ],
  'expected one of { metric, min }, { metric, max }, { metric, noWorseThan, tolerance }, { check }, { schema }, { card }, { artifact }',
);

const perStage = <T extends z.ZodMiniType>(demand: T) =>
  z.strictObject({ staging: z.optional(demand), production: z.optional(demand) });

const Gates = z.array(Gate).check(z.maxLength(50, 'expected at most 50 gates'));

const Retention = z.strictObject({
  productionStableDays: z.optional(count(36_500)),
  stagingDays: z.optional(count(36_500)),
  artifactHoldDays: z.optional(count(36_500)),
  evaluationDays: z.optional(count(36_500)),
});

/** What a tenant, or one model, demands of transitions and retention. What is left out is as it is one level up. */
export const PolicyDocument = z.strictObject({
  lifecycle: z.optional(Lifecycle),
  approvals: z.optional(perStage(ApprovalDemand)),
  gates: z.optional(perStage(Gates)),
  autoPromote: z.optional(z.enum(['none', 'staging'])),
  retention: z.optional(Retention),
});
export type PolicyDocument = z.output<typeof PolicyDocument>;

/** What holds where no policy says otherwise. */
export const DEFAULT_POLICY = {
  lifecycle: 'governed',
  approvals: { production: { required: 1, roles: ['reviewer'], separation: true, expiresAfterDays: 14 } },
  gates: {
    staging: [{ artifact: 'verified' }],
    production: [{ card: ['intendedUse', 'limitations', 'trainingData'] }, { artifact: 'verified' }],
  },
  autoPromote: 'none',
  retention: { productionStableDays: 14, stagingDays: 30, artifactHoldDays: 2555, evaluationDays: 90 },
} as const satisfies PolicyDocument;

/** The policy that is in force: defaults, overlaid by the tenant's, overlaid by the model's, field by field. */
export const merged = (tenant: PolicyDocument = {}, model: PolicyDocument = {}): PolicyDocument => ({
  ...DEFAULT_POLICY,
  ...tenant,
  ...model,
  approvals: { ...DEFAULT_POLICY.approvals, ...tenant.approvals, ...model.approvals },
  gates: { ...DEFAULT_POLICY.gates, ...tenant.gates, ...model.gates },
  retention: { ...DEFAULT_POLICY.retention, ...tenant.retention, ...model.retention },
});
