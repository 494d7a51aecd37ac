import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { digestOf } from './canonical.ts';
import { type Change, momentOf, type Occasion } from './change.ts';
import { keepSmall, Metrics } from './metadata.ts';
import { type Model, touched } from './model.ts';
import { line, ModelId, Sha256, TenantId, Timestamp, VersionNumber } from './names.ts';
import { DatasetName } from './policy-document.ts';
import { Actor } from './principal.ts';
import { type Standing, sliceName, standingAfter } from './standing.ts';
import { prose } from './text.ts';
import { keepComplete, revised, type Version } from './version.ts';

/** What a data set is called, never as a policy says “whichever”. */
const OneDataset = DatasetName.check(
  z.refine((name: string) => name !== '*', 'expected a name: * is any data set in a policy'),
);

const someMetrics = Metrics.check(
  z.refine((metrics: object) => Object.keys(metrics).length > 0, 'expected at least one metric'),
);

/** A part of a data set, `age` or `age` of `< 25`, and what was measured on it alone. */
const Slice = z.strictObject({ name: line(100), value: z.optional(line(100)), metrics: someMetrics });
export type Slice = z.output<typeof Slice>;

const METRICS_MAX = 100;

const Slices = z.array(Slice).check(
  z.maxLength(200, 'expected at most 200 slices'),
  z.refine((all: readonly Slice[]) => new Set(all.map(sliceName)).size === all.length, 'expected each slice once'),
  z.refine(
    (all: readonly Slice[]) => new Set(all.flatMap(({ metrics }) => Object.keys(metrics))).size <= METRICS_MAX,
    `expected at most ${METRICS_MAX} different metrics`,
  ),
);

/** What an evaluation measured, as whoever ran it says it. */
export const evaluationFields = {
  dataset: z.strictObject({ name: OneDataset, digest: z.optional(line(200)) }),
  metrics: someMetrics,
  slices: z._default(Slices, []),
  runId: z.optional(line(250)),
  summary: z.optional(prose(2_000)),
};

/** One measured run of a version on a data set. None is ever changed. */
export const Evaluation = z.object({
  kind: z.literal('evaluation'),
  tenant: TenantId,
  model: ModelId,
  version: VersionNumber,
  /** The evaluations of a version are numbered 1, 2, 3 …, so that nobody has to trust a clock to know the latest. */
  number: z.int(),
  ...evaluationFields,
  /** Of all that was measured: the event has it too. */
  digest: Sha256,
  recordedBy: Actor,
  at: Timestamp,
});
export type Evaluation = z.output<typeof Evaluation>;

/** How many data sets a version can be evaluated on, each as often as one likes. */
export const DATASETS_MAX = 20;

const EVALUATION_BYTES_MAX = 128 * 1024;

type EvaluationInput = Pick<Evaluation, 'dataset' | 'metrics' | 'slices' | 'runId' | 'summary'>;

/**
 * Records what a run measured. From now on it is what counts of this data set, and it is other evidence: votes on the
 * former are void. `standings` are all that the version has.
 * @throws Failure `request.invalid` when it is too large, `model.full` with too many data sets, `version.incomplete`
 */
export function recordEvaluation(
  model: Model,
  version: Version,
  standings: readonly Standing[],
  input: EvaluationInput,
  occasion: Occasion,
): Change<Evaluation> {
  const title = `${model.name} version ${version.number}`;
  keepSmall(input, EVALUATION_BYTES_MAX);
  keepComplete(model, version);
  const before = standings.find(({ dataset }) => dataset.name === input.dataset.name);
  if (!before && standings.length >= DATASETS_MAX) {
    throw new Failure('model.full', `${title} was evaluated on ${DATASETS_MAX} data sets, and can be on no more.`);
  }
  const at = momentOf(model, occasion);
  const evaluations = version.evidence.evaluations + 1;
  const place = { tenant: model.tenant, model: model.id, version: version.number } as const;
  const digest = digestOf(input) as Sha256;
  const by = { digest, recordedBy: occasion.actor, at };
  const evaluation: Evaluation = { kind: 'evaluation', ...place, number: evaluations, ...input, ...by };
  const standing = standingAfter(evaluation, before);
  const { dataset, runId } = evaluation;
  return {
    result: evaluation,
    head: { replace: touched(model, occasion) },
    writes: [
      { create: evaluation },
      before ? { replace: standing } : { create: standing },
      { replace: revised(version, at, { evidence: { ...version.evidence, evaluations } }) },
    ],
    event: {
      type: 'evaluation.recorded',
      version: version.number,
      actor: occasion.actor,
      data: { evaluation: evaluations, dataset: dataset.name, evaluationDigest: digest, ...(runId && { runId }) },
    },
  };
}
