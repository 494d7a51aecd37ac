import { type Measure, type Penguin, SPECIES } from './data.ts';

/**
 * The schema contract of a classifier: a typed column for each measure, with the range in which it was trained.
 * Outside of that range it has learned nothing, whatever it answers.
 */
export const schemaOf = (training: readonly Penguin[], measures: readonly Measure[]) => ({
  inputs: measures.map((measure) => {
    const values = training.map((penguin) => penguin[measure]);
    return {
      name: measure,
      type: values.every(Number.isInteger) ? ('int32' as const) : ('float64' as const),
      min: Math.min(...values),
      max: Math.max(...values),
    };
  }),
  outputs: [{ name: 'species', type: 'string' as const, values: [...SPECIES] }],
});
