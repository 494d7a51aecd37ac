import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Evaluation } from './evaluation.ts';
import { Metrics } from './metadata.ts';
import { ModelId, Revision, TenantId, Timestamp, VersionNumber } from './names.ts';
import { own } from './own.ts';

/** A value that a slice had and none went beyond. */
const Extreme = z.object({ value: z.number(), slice: z.string() });
export type Extreme = z.output<typeof Extreme>;

/**
 * How a version stands on a data set: what gates ask of its latest evaluation there. It is small, since every promotion
 * reads it, and an evaluation of two hundred slices is not.
 */
export const Standing = z.object({
  kind: z.literal('standing'),
  tenant: TenantId,
  model: ModelId,
  version: VersionNumber,
  dataset: z.object({ name: z.string(), digest: z.optional(z.string()) }),
  /** The number of the evaluation that it is from. */
  evaluation: z.int(),
  metrics: Metrics,
  /** For each metric that a slice has: where it was lowest, and where it was highest. */
  slices: z.record(
    z.string(),
    z.object({
      lowest: Extreme,
      highest: Extreme,
      /** A mark of six digits for each slice that has it, so that one which is left out is missed. Earlier builds kept none. */
      marks: z.optional(z.string()),
    }),
  ),
  at: Timestamp,
  revision: Revision,
});
export type Standing = z.output<typeof Standing>;

type Sliced = Evaluation['slices'][number];

/** The name of a slice as people read it. */
export const sliceName = ({ name, value }: Pick<Sliced, 'name' | 'value'>): string =>
  value === undefined ? name : `${name}: ${value}`;

/** How a version stands on a data set after an evaluation there, in place of how it stood. */
export function standingAfter(evaluation: Evaluation, before: Standing | undefined): Standing {
  const { tenant, model, version, dataset, number, metrics, slices, at } = evaluation;
  return {
    kind: 'standing',
    ...{ tenant, model, version, dataset, metrics, at },
    evaluation: number,
    slices: extremesOf(slices),
    revision: (before?.revision ?? 0) + 1,
  };
}

function extremesOf(slices: readonly Sliced[]): Standing['slices'] {
  const extremes: Standing['slices'] = {};
  for (const slice of slices) {
    for (const [metric, value] of Object.entries(slice.metrics)) {
      const here: Extreme = { value, slice: sliceName(slice) };
      const { lowest = here, highest = here, marks = '' } = extremes[metric] ?? {};
      extremes[metric] = {
        lowest: value < lowest.value ? here : lowest,
        highest: value > highest.value ? here : highest,
        marks: marks + markOf(here.slice),
      };
    }
  }
  return extremes;
}

const MARK = 6;

const markOf = (slice: string): string => hash('sha256', slice, 'hex').slice(0, MARK);

/** How many slices that one version was measured on, in a metric, another was not. Nobody knows of those of earlier builds. */
export function lackedSlices(mine: Standing, theirs: Standing, metric: string): number {
  const marksIn = ({ slices }: Standing) => own(slices, metric)?.marks?.match(/.{6}/g) ?? [];
  const there = new Set<string>(marksIn(mine));
  return marksIn(theirs).filter((mark) => !there.has(mark)).length;
}

/** Of a version's standings, the one that a policy asks about: of this data set, or of whichever was evaluated last. */
export function standingOn(
  standings: readonly Standing[],
  version: VersionNumber,
  dataset: string,
): Standing | undefined {
  const all = standings.filter((one) => one.version === version);
  if (dataset !== '*') return all.find((one) => one.dataset.name === dataset);
  return all.reduce<Standing | undefined>(
    (latest, one) => (latest && latest.evaluation > one.evaluation ? latest : one),
    undefined,
  );
}
