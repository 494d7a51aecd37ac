import type { Classifier } from './classifier.ts';
import { type Penguin, SPECIES, type Species } from './data.ts';

/** How well a classifier does on penguins that it has not seen. Shares are between 0 and 1. */
export interface Performance {
  readonly rows: number;
  readonly accuracy: number;
  /** Of the penguins of each species, the share that was recognised. */
  readonly recall: Readonly<Record<Species, number>>;
}

/** Lets a classifier predict penguins whose species is known, and counts. */
export function measure(classifier: Classifier, penguins: readonly Penguin[]): Performance {
  const predicted = classifier.predict(penguins);
  const outcomes = penguins.map(({ species }, row) => ({ species, right: predicted[row] === species }));
  const recall = SPECIES.map((species) => [species, share(outcomes.filter((one) => one.species === species))] as const);
  return {
    rows: penguins.length,
    accuracy: share(outcomes),
    recall: Object.fromEntries(recall) as Record<Species, number>,
  };
}

/** The same numbers under the names that the registry keeps them by. */
export const metricsOf = ({ rows, accuracy, recall }: Performance): Record<string, number> => ({
  accuracy,
  ...Object.fromEntries(SPECIES.map((species) => [`recall_${species.toLowerCase()}`, recall[species]])),
  held_out_rows: rows,
});

const share = (outcomes: readonly { readonly right: boolean }[]): number =>
  outcomes.filter(({ right }) => right).length / outcomes.length;
