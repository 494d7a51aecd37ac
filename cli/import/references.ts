import type { OriginModel, OriginVersion } from './origin.ts';
import type { Plan } from './plan.ts';

const COPY = /^models:\/+([^/@]+)\/(\d+)$/;
const NEEDED = /(^|,\s*)([^:,]+):(\d+)/g;

/**
 * What a version says of others (`models:/encoder/3`, `encoder:3`), with the numbers that those have here.
 * `numbers` are those of all models that were imported.
 */
export function renumbered(
  { source, tags }: Pick<OriginVersion, 'source' | 'tags'>,
  numbers: ReadonlyMap<string, Plan['numbers']>,
) {
  const here = (model: string, number: string) => String(numbers.get(model)?.get(Number(number)) ?? number);
  const { depends_on: needs } = tags;
  return {
    source: (source ?? '').replace(
      COPY,
      (_, model: string, number: string) => `models:/${model}/${here(model, number)}`,
    ),
    tags: {
      ...tags,
      ...(needs !== undefined && {
        depends_on: needs.replace(NEEDED, (_, before: string, model: string, number: string) => {
          return `${before}${model}:${here(model, number)}`;
        }),
      }),
    },
  };
}

/** Models behind those whose versions they are copies of, or need; elsewhere by name. */
export function inOrder(models: readonly OriginModel[]): OriginModel[] {
  const byName = new Map(models.map((model) => [model.name, model]));
  const ordered = new Set<OriginModel>();
  const begun = new Set<string>();
  const visit = (model: OriginModel): void => {
    if (begun.has(model.name)) return;
    begun.add(model.name);
    for (const name of namedIn(model)) {
      const named = byName.get(name);
      if (named) visit(named);
    }
    ordered.add(model);
  };
  for (const model of models) visit(model);
  return [...ordered];
}

const namedIn = ({ versions }: OriginModel): Set<string> =>
  new Set(
    versions.flatMap(({ source, tags }) => [
      ...[COPY.exec(source ?? '')?.[1] ?? ''],
      ...[...(tags['depends_on'] ?? '').matchAll(NEEDED)].map(([, , model = '']) => model),
    ]),
  );
