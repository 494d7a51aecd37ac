import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { load, train } from '../../demo/classifier.ts';
import { csvOf, MEASURES, type Penguin, penguinsIn, readPenguins } from '../../demo/data.ts';
import { measure, metricsOf } from '../../demo/measure.ts';
import { schemaOf } from '../../demo/schema.ts';
import { split } from '../../demo/split.ts';
import { Schema } from '../../shared/domain/schema.ts';

const { penguins, incomplete, sha256 } = await readPenguins();

describe('the penguins', () => {
  it('are all 344 of the data set: what was not measured is left out and counted', () => {
    expect(penguins.length + incomplete).toBe(344);
    expect(penguins.flatMap((penguin) => MEASURES.map((measure) => penguin[measure])).every(Number.isFinite)).toBe(
      true,
    );
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('survive being written and read again', () => {
    expect(penguinsIn(csvOf(penguins))).toEqual(penguins);
  });

  it.each([
    ['a species that nobody knows', 'species,body_mass_g\nEmperor,30000\n', /Emperor/],
    ['a row that lacks a cell', 'species,body_mass_g\nAdelie\n', /Line 2: expected 2 cells, got 1/],
  ])('are refused with %s', (_, csv, message) => {
    expect(() => penguinsIn(csv)).toThrow(message);
  });
});

describe('the split', () => {
  it('puts every row on exactly one side, in its order, and the share that was asked for in the held-out one', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.double({ min: 0, max: 1, noNaN: true }), fc.integer(), (count, share, seed) => {
        const rows = [...Array(count).keys()];
        const { training, heldOut } = split(rows, { share, seed });
        expect(heldOut).toHaveLength(Math.round(count * share));
        expect([...training, ...heldOut].sort((a, b) => a - b)).toEqual(rows);
        expect(heldOut).toEqual(heldOut.toSorted((a, b) => a - b));
      }),
    );
  });

  it('is the same for the same seed, and another for another', () => {
    const heldOut = (seed: number) => csvOf(split(penguins, { share: 0.3, seed }).heldOut);
    expect(hash('sha256', heldOut(1))).toBe(hash('sha256', heldOut(1)));
    expect(heldOut(1)).not.toBe(heldOut(2));
  });
});

describe('the schema contract', () => {
  const { training } = split(penguins, { share: 0.3, seed: 1 });

  it('is one that the registry takes, and holds every penguin that was trained on', () => {
    const { inputs } = Schema.parse(schemaOf(training, MEASURES));
    expect(inputs.map(({ name }) => name)).toEqual(MEASURES);
    for (const { min = Infinity, max = -Infinity, name } of inputs) {
      const values = training.map((penguin) => penguin[name as keyof Penguin] as number);
      expect([Math.min(...values), Math.max(...values)]).toEqual([min, max]);
    }
  });

  it('calls a measure whole where every bird has a whole number of it', () => {
    const types = schemaOf(training, MEASURES).inputs.map(({ type }) => type);
    expect(types).toEqual(['float64', 'float64', 'int32', 'int32']);
  });
});

describe('the classifier', () => {
  const { training, heldOut } = split(penguins, { share: 0.3, seed: 1 });
  const classifier = train(training, { measures: MEASURES, seed: 1 });

  it('recognises penguins that it has not seen, much better than by naming the commonest species', () => {
    const commonest = heldOut.filter(({ species }) => species === 'Adelie').length / heldOut.length;
    expect(measure(classifier, heldOut).accuracy).toBeGreaterThan(commonest + 0.3);
  });

  it('predicts the same after it was saved and loaded', () => {
    const loaded = load(JSON.parse(JSON.stringify(classifier)));
    expect(loaded.predict(penguins)).toEqual(classifier.predict(penguins));
  });

  it('is the same forest when it is trained again', () => {
    const again = train(training, { measures: MEASURES, seed: 1 });
    expect(JSON.stringify(again)).toBe(JSON.stringify(classifier));
  });

  it('is measured by counting: accuracy is the recalls weighed by the birds of each species', () => {
    const performance = measure(classifier, heldOut);
    const right = Object.entries(performance.recall).map(
      ([name, recall]) => recall * heldOut.filter(({ species }) => species === name).length,
    );
    expect(right.reduce((sum, count) => sum + count) / heldOut.length).toBeCloseTo(performance.accuracy);
    expect(metricsOf(performance)).toMatchObject({ held_out_rows: heldOut.length, accuracy: performance.accuracy });
  });
});
