import * as z from 'zod/mini';
import { ordered } from './metadata.ts';
import { inNfc, line } from './names.ts';
import { Role } from './role.ts';
import type { ActiveStage } from './stage.ts';
import { CheckName, Label } from './text.ts';

/** `governed` enforces every step; `open` is MLflow's: any version into any stage, any number of them. */
export const Lifecycle = z.enum(['governed', 'open']);
export type Lifecycle = z.output<typeof Lifecycle>;

const count = (min: number, max: number) =>
  z
    .number()
    .check(
      z.int('expected a whole number'),
      z.gte(min, `expected ${min} or more`),
      z.lte(max, `expected at most ${max}`),
    );

/** One or several of these, none twice. */
const some = <T extends z.ZodMiniType>(one: T, what: string) =>
  z.array(one).check(
    z.minLength(1, `expected at least one ${what}`),
    z.refine<readonly unknown[]>((all) => new Set(all).size === all.length, `expected each ${what} once`),
  );

const finite = z.number('expected a finite number');

/** Who has to agree before a version enters a stage. */
const ApprovalFields = z.strictObject({
  /** So many votes; with 0 the stage needs none. */
  required: z.exactOptional(count(0, 10)),
  roles: z.exactOptional(some(Role, 'role')),
  /** Nobody's vote counts on what they registered or requested. */
  separation: z.exactOptional(z.boolean()),
  expiresAfterDays: z.exactOptional(count(1, 365)),
});

/** A demand with nothing left out. */
export type ApprovalDemand = Required<z.output<typeof ApprovalFields>>;

/** What a model card says, as far as a policy can ask for it. */
export const CardField = z.enum([
  'intendedUse',
  'limitations',
  'trainingData',
  'fairnessEvaluation',
  'owner',
  'ethicalConsiderations',
  'caveats',
]);
export type CardField = z.output<typeof CardField>;

/** What a data set is called. */
export const DatasetName = line(250).check(inNfc);

/** Where the number of a metric is from: the latest evaluation on a data set, or `*`: the latest of all. */
export const From = z.strictObject({
  dataset: DatasetName,
  /** Not the whole data set: the slice of it where the metric is worst. */
  slice: z.exactOptional(z.literal('worst')),
});
export type From = z.output<typeof From>;

/** Without `from` it is what was stated at registration. */
const from = { from: z.exactOptional(From) };

/** A demand that a machine can check. */
const Gate = z
  .union(
    [
      z.strictObject({ metric: Label, min: finite, ...from }),
      z.strictObject({ metric: Label, max: finite, ...from }),
      z.strictObject({ metric: Label, min: finite, max: finite, ...from }),
      z.strictObject({
        metric: Label,
        noWorseThan: z.literal('production'),
        /** Which way is better. */
        better: z._default(z.enum(['higher', 'lower']), 'higher'),
        tolerance: z._default(z.number().check(z.gte(0, 'expected 0 or more')), 0),
        ...from,
      }),
      z.strictObject({ check: CheckName }),
      z.strictObject({ schema: z.enum(['present', 'backward', 'full']) }),
      z.strictObject({ card: some(CardField, 'field') }),
      z.strictObject({ artifact: z.literal('verified') }),
      /** All that a version depends on is in staging or production; without this gate it is a warning. */
      z.strictObject({ dependencies: z.literal('active') }),
    ],
    'expected one of { metric, min }, { metric, max }, { metric, noWorseThan, tolerance }, any of these with { from: { dataset, slice } }, { check }, { schema }, { card }, { artifact }, { dependencies }',
  )
  .check(ordered);
export type Gate = z.output<typeof Gate>;

const perStage = <T extends z.ZodMiniType>(demand: T) =>
  z.strictObject({ staging: z.exactOptional(demand), production: z.exactOptional(demand) });

const Gates = z.array(Gate).check(z.maxLength(50, 'expected at most 50 gates'));

const days = count(0, 36_500);

const Retention = z.strictObject({
  productionStableDays: z.exactOptional(days),
  stagingDays: z.exactOptional(days),
  artifactHoldDays: z.exactOptional(days),
  evaluationDays: z.exactOptional(days),
});

/**
 * What a tenant, or one model, demands of transitions and retention. What is left out is as it is one level up, but for
 * the lifecycle of a model: that is its own from its beginning on, and stays as it is until the model's policy names one.
 */
export const PolicyDocument = z.strictObject({
  lifecycle: z.exactOptional(Lifecycle),
  approvals: z.exactOptional(perStage(ApprovalFields)),
  gates: z.exactOptional(perStage(Gates)),
  autoPromote: z.exactOptional(z.enum(['none', 'staging'])),
  retention: z.exactOptional(Retention),
});
export type PolicyDocument = z.output<typeof PolicyDocument>;

/** What a demand for approvals asks where no policy says otherwise. */
const APPROVAL: ApprovalDemand = { required: 1, roles: ['reviewer'], separation: true, expiresAfterDays: 14 };

/** What holds where no policy says otherwise. */
export const DEFAULT_POLICY = {
  lifecycle: 'governed',
  approvals: { production: APPROVAL },
  gates: {
    staging: [{ artifact: 'verified' }],
    production: [{ card: ['intendedUse', 'limitations', 'trainingData'] }, { artifact: 'verified' }],
  },
  autoPromote: 'none',
  retention: { productionStableDays: 14, stagingDays: 30, artifactHoldDays: 2555, evaluationDays: 90 },
} as const satisfies PolicyDocument;

/**
 * The policy that is in force: defaults, overlaid by the tenant's, overlaid by the model's, field by field. The gates of
 * a stage are one field: a list takes the place of the one above it.
 */
export function merged(tenant: PolicyDocument = {}, model: PolicyDocument = {}) {
  const layers = [DEFAULT_POLICY, tenant, model];
  return {
    ...DEFAULT_POLICY,
    ...tenant,
    ...model,
    approvals: { ...approvalFor('staging', layers), ...approvalFor('production', layers) },
    gates: { ...DEFAULT_POLICY.gates, ...tenant.gates, ...model.gates },
    retention: { ...DEFAULT_POLICY.retention, ...tenant.retention, ...model.retention },
  };
}

function approvalFor(stage: ActiveStage, layers: readonly PolicyDocument[]): { [S in ActiveStage]?: ApprovalDemand } {
  const demands = layers.flatMap(({ approvals }) => approvals?.[stage] ?? []);
  const approval: ApprovalDemand = Object.assign({}, APPROVAL, ...demands);
  return demands.length > 0 ? { [stage]: approval } : {};
}
