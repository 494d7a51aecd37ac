import * as z from 'zod/mini';
import type { Measures } from './gathered.ts';

/** Results in the front matter of the Hub. What is in it besides stays as it is. */
export type FrontMatter = Readonly<Record<string, unknown>>;

const NOT_STATED = { type: 'not-stated', name: 'Not stated' };

/** One number about one group, as `withMeasures` writes it. */
const Metric = z.object({
  type: z.string(),
  value: z.number(),
  args: z.object({ group: z.string(), note: z.optional(z.string()) }),
});

const Result = z.looseObject({
  dataset: z.optional(z.looseObject({ type: z.optional(z.string()), name: z.optional(z.string()) })),
  metrics: z.array(z.unknown()),
});

const Index = z.array(z.looseObject({ results: z.array(z.unknown()) }));

/** Front matter with fairness measures as results of the model: of each data set, one for each group. */
export function withMeasures(frontMatter: FrontMatter, model: string, measures: Measures): FrontMatter {
  if (measures.length === 0) return frontMatter;
  const task = { type: String(frontMatter['pipeline_tag'] ?? 'other') };
  const results = measures.map(({ measure, group, value, dataset, note }) => ({
    task,
    dataset: dataset === undefined ? NOT_STATED : { type: dataset, name: dataset },
    metrics: [
      { type: measure, value, name: `${measure} (${group})`, args: { group, ...(note !== undefined && { note }) } },
    ],
  }));
  const others = Index.safeParse(frontMatter['model-index']);
  return { ...frontMatter, 'model-index': [...(others.data ?? []), { name: model, results }] };
}

/** The measures of groups that are among the results, and what is left of the front matter without them. */
export function measuresIn(frontMatter: FrontMatter): { readonly measures: Measures; readonly rest: FrontMatter } {
  const { 'model-index': given, ...others } = frontMatter;
  const index = Index.safeParse(given);
  if (!index.success) return { measures: [], rest: frontMatter };

  const measures: Measures = [];
  const left = index.data.map((entry) => ({
    ...entry,
    results: entry.results.flatMap((result) => withoutGroups(result, measures)),
  }));
  const rest = left.filter(({ results }, at) => results.length > 0 || index.data[at]?.results.length === 0);
  return { measures, rest: rest.length > 0 ? { ...others, 'model-index': rest } : others };
}

/** A result without what is about a group, which is added to the measures; none where nothing is left of it. */
function withoutGroups(given: unknown, measures: Measures): unknown[] {
  const result = Result.safeParse(given).data;
  if (!result) return [given];
  const metrics = result.metrics.filter((metric) => {
    const ofGroup = Metric.safeParse(metric).data;
    if (ofGroup) measures.push(measureOf(ofGroup, result.dataset));
    return !ofGroup;
  });
  if (metrics.length === result.metrics.length) return [given];
  return metrics.length > 0 ? [{ ...result, metrics }] : [];
}

function measureOf(
  { type, value, args }: z.output<typeof Metric>,
  dataset: z.output<typeof Result>['dataset'],
): Measures[number] {
  const { type: id, name = id } = dataset ?? {};
  const isStated = name !== undefined && !(id === NOT_STATED.type && name === NOT_STATED.name);
  return {
    measure: type,
    group: args.group,
    value,
    ...(isStated && { dataset: name }),
    ...(args.note !== undefined && { note: args.note }),
  };
}
