import { hash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Classifier, load } from './classifier.ts';
import { csvOf, type DataSet, type Penguin, penguinsIn, SPECIES } from './data.ts';
import type { Performance } from './measure.ts';

/** A trained classifier with what it was measured on, ready to be written. */
export interface TrainedModel {
  readonly classifier: Classifier;
  readonly performance: Performance;
  readonly heldOut: readonly Penguin[];
  readonly dataSet: DataSet;
  readonly seed: number;
}

/** Writes everything that somebody needs to use the model, and to measure it again, into a directory. */
export async function writeModel(directory: string, model: TrainedModel): Promise<void> {
  await mkdir(directory, { recursive: true });
  const files = {
    'model.json': JSON.stringify(model.classifier),
    'held-out.csv': csvOf(model.heldOut),
    'training.json': `${JSON.stringify(await trainingOf(model), null, 2)}\n`,
    'README.md': readmeOf(model),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
}

/** Writes a value as JSON that a person can read. */
export const writeJson = (file: string, value: unknown): Promise<void> =>
  writeFile(file, `${JSON.stringify(value, null, 2)}\n`);

/** The classifier in a directory, and the penguins that it was measured on. */
export async function readModel(directory: string): Promise<{ classifier: Classifier; heldOut: Penguin[] }> {
  const [model, heldOut] = await Promise.all(
    ['model.json', 'held-out.csv'].map((name) => readFile(join(directory, name), 'utf8')),
  );
  return { classifier: load(JSON.parse(model ?? '')), heldOut: penguinsIn(heldOut ?? '') };
}

/** With this and the data set, anyone grows the same forest again, bit by bit. */
async function trainingOf({ classifier, dataSet, seed }: TrainedModel) {
  const code = await readFile(new URL('classifier.ts', import.meta.url));
  return {
    dataSet: { name: dataSet.name, sha256: dataSet.sha256 },
    code: { name: 'classifier.ts', sha256: hash('sha256', code, 'hex') },
    measures: classifier.measures,
    seed,
  };
}

const readmeOf = ({ classifier, performance }: TrainedModel): string => `# Penguin species

Tells ${SPECIES.join(', ')} from ${classifier.measures.join(', ')}.

| on ${performance.rows} penguins that it never saw | |
| --- | --- |
| accuracy | ${performance.accuracy.toFixed(3)} |
${SPECIES.map((species) => `| ${species} recognised | ${performance.recall[species].toFixed(3)} |`).join('\n')}
`;
