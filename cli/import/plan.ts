import type { OriginModel, OriginVersion } from './origin.ts';

/** The tags by which what was imported says where it came from. */
export const ORIGIN = 'origin.registry';
export const ORIGIN_VERSION = 'origin.version';
export const ORIGIN_CREATED = 'origin.created';
export const ORIGIN_USER = 'origin.user';
/** On a version that only takes the number of one that the origin deleted. */
export const PLACEHOLDER = 'origin.placeholder';

/** A version here, with the number that it had at the origin where it came from there. */
export interface HereVersion {
  readonly number: number;
  readonly stage: string;
  readonly origin?: number | undefined;
  readonly isPlaceholder: boolean;
}

/** A model as it is here. */
export interface Here {
  readonly versions: readonly HereVersion[];
  /** How many numbers are used. */
  readonly used: number;
  readonly aliases: Readonly<Record<string, number>>;
}

/** One thing to do, in this order. Numbers are those that things have here. */
export type Step =
  | { readonly what: 'model' }
  /** Left over from an import that was interrupted in the midst of it. */
  | { readonly what: 'leftover'; readonly number: number }
  | { readonly what: 'placeholder'; readonly number: number }
  | { readonly what: 'version'; readonly number: number; readonly version: OriginVersion }
  | { readonly what: 'alias'; readonly number: number; readonly alias: string }
  | { readonly what: 'stage'; readonly number: number; readonly stage: string };

/** What is to be done about a model, what is there already, and what is to be known. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly there: Readonly<Record<'model' | 'version' | 'alias' | 'stage', number>>;
  readonly notes: readonly string[];
  /** The number here of each number there. */
  readonly numbers: ReadonlyMap<number, number>;
}

/** So many numbers in all are taken for versions that the origin deleted: each is two events. */
const PLACEHOLDERS_MAX = 1_000;

/**
 * What it takes to have a model here as it is at the origin. What is here is left as it is: so a second import does
 * nothing, and one that was interrupted goes on. Numbers are kept, as clients name versions by them: what the origin
 * deleted has its number taken here too. Where a number is taken by something else, the next one has to do.
 */
export function planOf(origin: OriginModel, here: Here | undefined): Plan {
  const { versions = [], used = 0, aliases = {} } = here ?? {};
  const known = new Map(versions.flatMap((one) => (one.origin === undefined ? [] : [[one.origin, one] as const])));
  const { steps: numbered, numbers, notes } = numberedSteps(origin.versions, known, used);
  const named = aliasSteps(origin, aliases, numbers);
  const staged = stageSteps(origin, known, numbers);
  const leftovers = versions.filter(({ isPlaceholder }) => isPlaceholder);
  return {
    steps: [
      ...(here ? [] : [{ what: 'model' as const }]),
      ...leftovers.map(({ number }) => ({ what: 'leftover' as const, number })),
      ...numbered,
      ...named.steps,
      ...staged.steps,
    ],
    there: {
      model: here ? 1 : 0,
      version: origin.versions.filter(({ version }) => known.has(version)).length,
      alias: named.there,
      stage: staged.there,
    },
    notes: [...notes, ...named.notes, ...staged.notes],
    numbers,
  };
}

function numberedSteps(
  versions: readonly OriginVersion[],
  known: ReadonlyMap<number, HereVersion>,
  used: number,
): Pick<Plan, 'notes' | 'numbers'> & { readonly steps: Step[] } {
  const steps: Step[] = [];
  const numbers = new Map<number, number>();
  let next = used + 1;
  let placeholders = 0;
  for (const version of versions) {
    const there = known.get(version.version);
    const isFar = version.version - next > PLACEHOLDERS_MAX - placeholders;
    for (; !there && !isFar && next < version.version; next += 1) {
      steps.push({ what: 'placeholder', number: next });
      placeholders += 1;
    }
    if (!there) steps.push({ what: 'version', number: next, version });
    numbers.set(version.version, there?.number ?? next);
    if (!there) next += 1;
  }
  const moved = [...numbers].filter(([before, now]) => before !== now);
  return { steps, numbers, notes: moved.map(([before, now]) => `version ${before} is version ${now} here`) };
}

function aliasSteps({ aliases }: OriginModel, here: Here['aliases'], numbers: Plan['numbers']) {
  const steps: Step[] = [];
  const notes: string[] = [];
  let there = 0;
  for (const { alias, version } of aliases) {
    const number = numbers.get(Number(version));
    const now = here[alias];
    if (number === undefined) continue;
    if (now === undefined) steps.push({ what: 'alias', number, alias });
    else if (now === number) there += 1;
    else notes.push(`the alias ${alias} names version ${now} here, and stays there: it named version ${version}`);
  }
  return { steps, notes, there };
}

function stageSteps({ versions }: OriginModel, known: ReadonlyMap<number, HereVersion>, numbers: Plan['numbers']) {
  const steps: Step[] = [];
  const notes: string[] = [];
  let there = 0;
  for (const { version, current_stage: stage } of versions) {
    const now = known.get(version)?.stage ?? 'none';
    const number = numbers.get(version);
    if (stage === 'None' || number === undefined) continue;
    if (now === 'none') steps.push({ what: 'stage', number, stage });
    else if (now === stage.toLowerCase()) there += 1;
    else notes.push(`version ${number} is in ${now} here, and stays there: it was in ${stage}`);
  }
  return { steps, notes, there };
}
