import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { train } from '../classifier.ts';
import { type DataSet, MEASURES, type Measure, type Penguin, readPenguins, SPECIES } from '../data.ts';
import { measure, metricsOf } from '../measure.ts';
import { type TrainedModel, writeJson, writeModel } from '../model-directory.ts';
import type { Scene } from '../scene.ts';
import { schemaOf } from '../schema.ts';
import { type Split, split } from '../split.ts';

const SEED = 42;
const HELD_OUT = 0.3;

/** What a scale and a tape measure tell from outside. */
const OUTER = ['flipper_length_mm', 'body_mass_g'] as const satisfies readonly Measure[];

export interface Contenders {
  readonly first: TrainedModel;
  readonly second: TrainedModel;
}

/** Trains two classifiers on real data, measures them, and writes each into a directory with all that goes with it. */
export async function trainTwo(scene: Scene): Promise<Contenders> {
  scene.chapter('Two classifiers, trained just now');
  const dataSet = await readPenguins();
  const { training, heldOut } = split(dataSet.penguins, { share: HELD_OUT, seed: SEED });
  scene.say(
    `Three species of penguin live on the Palmer Archipelago. The data set has ${dataSet.penguins.length} birds that
    were measured in full (${dataSet.incomplete} were not, and are left out). A random forest learns from
    ${training.length} of them; ${heldOut.length} are held back, to measure it on birds that it has never seen.`,
  );
  const grown = (measures: readonly Measure[]) => trained(dataSet, { training, heldOut }, measures);
  const [first, second] = [grown(OUTER), grown(MEASURES)];
  report(scene, first, second);
  scene.claim('Trained again, the forest is the same to the last byte', sameAgain(training, second));
  await write(scene, 'v1', first, training);
  await write(scene, 'v2', second, training);
  await writeFile(
    join(scene.directory, 'dataset.txt'),
    `name=${dataSet.name},uri=${dataSet.uri},digest=${digestOf(dataSet)}\n`,
  );
  return { first, second };
}

/** How a version names the bytes that it was trained on. */
export const digestOf = ({ sha256 }: DataSet): string => `sha256:${sha256}`;

function trained(dataSet: DataSet, { training, heldOut }: Split<Penguin>, measures: readonly Measure[]): TrainedModel {
  const classifier = train(training, { measures, seed: SEED });
  return { classifier, performance: measure(classifier, heldOut), heldOut, dataSet, seed: SEED };
}

function report({ table, claim, say }: Scene, first: TrainedModel, second: TrainedModel): void {
  const [one, two] = [first.performance, second.performance];
  const row = (name: string, a: number, b: number) => [name, percent(a), percent(b)];
  table([
    [`On the ${one.rows} birds held back`, 'v1: flipper, mass', 'v2: bill as well'],
    row('Recognised, of all', one.accuracy, two.accuracy),
    ...SPECIES.map((species) => row(`Recognised, of ${species}`, one.recall[species], two.recall[species])),
  ]);
  say('In weight and flippers a Chinstrap is an Adelie’s double: it takes the bill to tell them apart.');
  claim('Version 2 is better than version 1', two.accuracy > one.accuracy);
  claim('It recognises more Chinstraps', two.recall.Chinstrap > one.recall.Chinstrap);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const sameAgain = (training: readonly Penguin[], { classifier: { measures, ...classifier }, seed }: TrainedModel) =>
  JSON.stringify(train(training, { measures, seed })) === JSON.stringify(classifier.toJSON());

/** The directory is the version; beside it is what will be said about it. */
async function write({ directory }: Scene, name: string, model: TrainedModel, training: readonly Penguin[]) {
  await writeModel(join(directory, name), model);
  await writeJson(join(directory, `${name}.metrics.json`), metricsOf(model.performance));
  await writeJson(join(directory, `${name}.schema.json`), schemaOf(training, model.classifier.measures));
}
