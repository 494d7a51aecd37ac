import type { Condition } from './condition.ts';
import { own } from './own.ts';
import type { From } from './policy-document.ts';
import { type Standing, standingOn } from './standing.ts';
import type { Version } from './version.ts';

/** The end at which a value is worst. */
export type End = 'lowest' | 'highest';

/** A number that a gate looks at, or why there is none; and where it is from. */
export interface Measurement {
  readonly value?: number;
  /** As a sentence goes on after “found”. */
  readonly found: string;
  readonly dataset?: string;
  /** Of the data set, where whoever measured stated it. */
  readonly digest?: string | undefined;
  /** Where it is from, if it is that of a slice. */
  readonly sliced?: Standing;
  readonly evidence: Condition['evidence'];
}

/** Versions with how they stand on data sets. */
export interface Standings {
  readonly standings: readonly Standing[];
}

/** The value of a metric of a version, from where the gate says. `worst` is the end at which a slice is worst. */
export function measurementOf(
  { metric, from }: { readonly metric: string; readonly from?: From },
  { number, metrics }: Version,
  { standings }: Standings,
  worst: End,
): Measurement {
  if (from) return onDataset(metric, from, standingOn(standings, number, from.dataset), worst);
  const value = own(metrics, metric);
  return { ...some(value), found: value === undefined ? 'no such metric' : String(value), evidence: {} };
}

function onDataset(metric: string, { dataset, slice }: From, standing: Standing | undefined, worst: End): Measurement {
  if (!standing) {
    const found = dataset === '*' ? 'no evaluation' : `no evaluation on ${dataset}`;
    return { found, evidence: { evaluation: null } };
  }
  const { name, digest = null } = standing.dataset;
  const place = `evaluation ${standing.evaluation} on ${name}`;
  const extreme = slice && own(standing.slices, metric)?.[worst];
  const value = slice ? extreme?.value : own(standing.metrics, metric);
  const evidence = {
    evaluation: standing.evaluation,
    dataset: name,
    digest,
    ...(slice && { slice: extreme?.slice ?? null }),
  };
  const missing = slice ? `no slice with this metric in ${place}` : `no such metric in ${place}`;
  const there = extreme ? `${value} for ${extreme.slice} in ${place}` : `${value} in ${place}`;
  const from = { dataset: name, digest: standing.dataset.digest, ...(slice && { sliced: standing }) };
  return { ...some(value), found: value === undefined ? missing : there, ...from, evidence };
}

/** Where a demand looks, as a sentence goes on. */
export function fromWhere(from: From | undefined): string {
  if (!from) return '';
  const which = from.dataset === '*' ? 'the latest evaluation' : `the latest evaluation on ${from.dataset}`;
  return from.slice ? ` in the worst slice of ${which}` : ` in ${which}`;
}

/** Who can see to it: metrics are stated by whoever publishes, and evaluations recorded by whoever reviews. */
export const measuredBy = (from: From | undefined): Condition['roles'] => [from ? 'reviewer' : 'publisher'];

const some = (value: number | undefined) => (value === undefined ? {} : { value });
