import * as z from 'zod/mini';
import type { Evaluation } from './evaluation.ts';
import { Timestamp } from './names.ts';

/** What many evaluations say of one metric. */
const Spread = z.object({ count: z.int(), min: z.number(), max: z.number(), mean: z.number(), last: z.number() });
type Spread = z.output<typeof Spread>;

/** What is left of the evaluations on one data set. */
const OfDataset = z.object({
  dataset: z.string(),
  evaluations: z.int(),
  from: Timestamp,
  to: Timestamp,
  metrics: z.record(z.string(), Spread),
  /** How many values of metrics beyond the first fifty were left out. */
  omitted: z.optional(z.int()),
});
type OfDataset = z.output<typeof OfDataset>;

/** A summary of evaluations that are not kept one by one any more, as the version carries it. */
export const Compacted = z.object({ evaluations: z.int(), datasets: z.array(OfDataset) });
export type Compacted = z.output<typeof Compacted>;

/** How many metrics of a data set a version has room for, with twenty data sets. */
const METRICS_MAX = 50;

/** The summary, with these evaluations in it, the oldest first. */
export function compactedWith(before: Compacted | undefined, evaluations: readonly Evaluation[]): Compacted {
  const datasets = new Map((before?.datasets ?? []).map((one) => [one.dataset, one]));
  for (const evaluation of evaluations) {
    const { name } = evaluation.dataset;
    datasets.set(name, summed(datasets.get(name), evaluation));
  }
  return { evaluations: (before?.evaluations ?? 0) + evaluations.length, datasets: [...datasets.values()] };
}

function summed(before: OfDataset | undefined, { dataset, metrics, at }: Evaluation): OfDataset {
  const all = new Map(Object.entries(before?.metrics ?? {}));
  for (const [metric, value] of Object.entries(metrics)) all.set(metric, spread(all.get(metric), value));
  const omitted = (before?.omitted ?? 0) + Math.max(0, all.size - METRICS_MAX);
  return {
    dataset: dataset.name,
    evaluations: (before?.evaluations ?? 0) + 1,
    from: before?.from ?? at,
    to: at,
    metrics: Object.fromEntries([...all].slice(0, METRICS_MAX)),
    ...(omitted > 0 && { omitted }),
  };
}

function spread(before: Spread | undefined, value: number): Spread {
  if (!before) return { count: 1, min: value, max: value, mean: value, last: value };
  const count = before.count + 1;
  return {
    count,
    min: Math.min(before.min, value),
    max: Math.max(before.max, value),
    mean: before.mean * (before.count / count) + value / count,
    last: value,
  };
}
