import { RandomForestClassifier } from 'ml-random-forest';
import { type Measure, type Penguin, SPECIES, type Species } from './data.ts';

/** Tells the species of a penguin from some of its measures. `JSON.stringify` keeps it, `load` brings it back. */
export interface Classifier {
  readonly measures: readonly Measure[];
  readonly predict: (penguins: readonly Penguin[]) => Species[];
  readonly toJSON: () => SavedClassifier;
}

export interface SavedClassifier {
  readonly measures: readonly Measure[];
  readonly species: readonly Species[];
  readonly forest: ReturnType<RandomForestClassifier['toJSON']>;
}

const TREES = 50;

/** Grows a random forest on these measures. The same penguins, measures and seed give the same forest. */
export function train(
  penguins: readonly Penguin[],
  { measures, seed }: { readonly measures: readonly Measure[]; readonly seed: number },
): Classifier {
  const forest = new RandomForestClassifier({ nEstimators: TREES, seed, noOOB: true });
  forest.train(
    inputs(penguins, measures),
    penguins.map(({ species }) => SPECIES.indexOf(species)),
  );
  return classifier({ measures, species: SPECIES, forest: forest.toJSON() }, forest);
}

/** The classifier that was saved as JSON: it predicts what the original predicts. */
export const load = (saved: SavedClassifier): Classifier =>
  classifier(saved, RandomForestClassifier.load(saved.forest));

const classifier = (saved: SavedClassifier, forest: RandomForestClassifier): Classifier => ({
  measures: saved.measures,
  predict: (penguins) => forest.predict(inputs(penguins, saved.measures)).map((label) => speciesOf(saved, label)),
  toJSON: () => saved,
});

const inputs = (penguins: readonly Penguin[], measures: readonly Measure[]): number[][] =>
  penguins.map((penguin) => measures.map((measure) => penguin[measure]));

function speciesOf({ species }: SavedClassifier, label: number): Species {
  const found = species[label];
  if (!found) throw new RangeError(`The forest answered ${label}, which stands for no species.`);
  return found;
}
