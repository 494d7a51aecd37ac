import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measure, metricsOf } from '../measure.ts';
import { readModel, type TrainedModel } from '../model-directory.ts';
import type { Scene } from '../scene.ts';
import type { Contenders } from './train.ts';

/** Both versions are pulled, and predict as they did before they went in; a changed byte is found. */
export async function useBoth(scene: Scene, { first, second }: Contenders): Promise<void> {
  const { chapter, reader, model } = scene;
  chapter('What comes out is what went in');
  await reader.types(`signet pull ${model} --to stations`);
  await samePredictions(scene, 'stations', first);
  await reader.types(`signet pull ${model}@champion --to lab`);
  await samePredictions(scene, 'lab', second);
  await sameNumbers(scene);
  await repair(scene, second);
}

async function samePredictions({ claim, directory }: Scene, folder: string, original: TrainedModel): Promise<void> {
  const { classifier, heldOut } = await readModel(join(directory, folder));
  const expected = original.classifier.predict(original.heldOut);
  const predicted = classifier.predict(heldOut);
  const same = predicted.filter((species, row) => species === expected[row]).length;
  claim(
    `${same} of ${expected.length} predictions are those of the model that was pushed`,
    same === expected.length && predicted.length === expected.length,
  );
}

/** Whoever pulled a version can measure it: the rows that it was measured on are a file of it. */
async function sameNumbers({ claim, reader, model, directory }: Scene): Promise<void> {
  const { classifier, heldOut } = await readModel(join(directory, 'lab'));
  const { metrics } = await reader.client.resolveVersion({ model, reference: '@champion' });
  const again = Object.entries(metricsOf(measure(classifier, heldOut)));
  claim(
    'Measured again, it has the accuracy and recalls that the registry keeps',
    again.every(([name, value]) => metrics[name] === value),
  );
}

async function repair(scene: Scene, second: TrainedModel): Promise<void> {
  const { say, claim, reader, model, directory } = scene;
  say('In the lab a disk flips one bit of model.json. The same command again says whether all is well:');
  const file = join(directory, 'lab', 'model.json');
  const bytes = await readFile(file);
  const middle = Math.floor(bytes.length / 2);
  await writeFile(file, bytes.with(middle, (bytes[middle] ?? 0) ^ 1));
  const printed = await reader.types(`signet pull ${model}@champion --to lab`, 'conflict');
  claim('The damaged file was found, and named', printed.includes('model.json'));
  await reader.types(`signet pull ${model}@champion --to lab --force`);
  claim('It has the bytes of before', bytes.equals(await readFile(file)));
  await samePredictions(scene, 'lab', second);
}
